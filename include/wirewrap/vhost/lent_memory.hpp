// Memory of a machine that another process stores to as long as this object lives, without a word to anybody: dirty
// tracking counts it each time, and no longer when it has been given back.
//
//     auto lent = LentMemory<M>::of(machine, at(0x8700'0000), 8_KiB);
//     lent.bytes();                                       // empty: there is no such memory
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>

namespace wirewrap::vhost {

/// The machine must outlive it.
template <class M>
class LentMemory {
public:
    LentMemory() = default;
    static LentMemory of(M& machine, GuestAddress address, Bytes size) {
        LentMemory lent;
        lent.machine_ = &machine;
        lent.bytes_ = machine.ram_span(address, size);
        return lent;
    }
    LentMemory(LentMemory&& other) noexcept
        : machine_(std::exchange(other.machine_, nullptr)), bytes_(std::exchange(other.bytes_, {})) {}
    LentMemory& operator=(LentMemory&& other) noexcept {
        std::swap(machine_, other.machine_), std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~LentMemory() {
        if (!bytes_.empty()) machine_->give_back(bytes_);
    }

    std::span<std::byte> bytes() const { return bytes_; }

private:
    M* machine_ = nullptr;
    std::span<std::byte> bytes_;
};

}  // namespace wirewrap::vhost
