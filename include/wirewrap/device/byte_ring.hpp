// A queue of bytes of fixed capacity: the FIFOs of serial devices and the line between them and the host.
//
//     ByteRing<16> fifo;
//     bool taken = fifo.push('x');          // false when full; nothing is overwritten
//     std::uint8_t oldest = fifo.pop();
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// First in, first out; `Capacity` bytes, a power of two so that positions wrap with a mask. For one thread.
template <std::size_t Capacity>
    requires(Capacity != 0 && (Capacity & (Capacity - 1)) == 0)
class ByteRing {
public:
    constexpr std::size_t size() const { return pushed_ - popped_; }
    constexpr std::size_t room() const { return Capacity - size(); }
    constexpr bool empty() const { return pushed_ == popped_; }

    /// False when there is no room; the byte is then not taken.
    constexpr bool push(std::uint8_t byte) {
        if (room() == 0) return false;
        bytes_[pushed_++ % Capacity] = byte;
        return true;
    }
    /// The oldest byte. Only when not empty.
    constexpr std::uint8_t pop() { return bytes_[popped_++ % Capacity]; }
    constexpr void clear() { popped_ = pushed_; }

    /// For snapshots: what is in it, oldest first.
    template <class Archive>
    void state(Archive& archive) {
        std::array<std::uint8_t, Capacity> contents{};
        std::size_t count = size();
        for (std::size_t i = 0; i != count; ++i) contents[i] = bytes_[(popped_ + i) % Capacity];
        archive.sequence("bytes", contents, count);
        if constexpr (Archive::loading) {
            bytes_ = contents;
            popped_ = 0;
            pushed_ = count;
        }
    }

private:
    std::array<std::uint8_t, Capacity> bytes_{};
    std::size_t pushed_ = 0;  // both only grow; their difference is the size, also after they wrap
    std::size_t popped_ = 0;
};

}  // namespace wirewrap
