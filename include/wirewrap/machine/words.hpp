// Guest memory as a range of words: one check for all of them, and then each costs what a pointer costs.
//
//     auto ring = words<std::uint32_t>(machine, at(0x8000'0000), 256);      // in the board's byte order
//     if (ring.empty()) return fail("…");                                   // not all of it is memory, in one piece
//     for (auto word : ring) word = word + 1;                               // also std::ranges, ring[i], ring.size()
//
//     auto table = word_view<std::uint16_t>(machine, at(0x1000), 64);       // to look at, of memory of any kind
//
// They are spans with another element type: what the contract of `Machine` says of `ram_span` and `memory_view` holds.
#pragma once

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <span>
#include <type_traits>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap {

/// Words of type T, one behind the other at any host address, in byte order `Order`. A const T can be looked at only.
template <class T, std::endian Order = std::endian::little>
    requires AccessWord<std::remove_const_t<T>>
class Words {
    using Word = std::remove_const_t<T>;
    using Byte = std::conditional_t<std::is_const_v<T>, const std::byte, std::byte>;

    /// A word in memory: reads as a value, and takes one.
    class Place {
    public:
        [[gnu::always_inline]] explicit Place(Byte* at) : at_(at) {}
        Place(const Place&) = default;
        [[gnu::always_inline]] operator Word() const { return read_memory<Word, Order>(at_); }
        [[gnu::always_inline]] const Place& operator=(Word value) const {
            write_memory<Word, Order>(at_, value);
            return *this;
        }
        [[gnu::always_inline]] const Place& operator=(const Place& other) const {
            return *this = Word{other};
        }
        friend void swap(Place a, Place b) {
            const Word kept = a;
            a = Word{b};
            b = kept;
        }

    private:
        Byte* at_;
    };

public:
    using value_type = Word;
    using reference = std::conditional_t<std::is_const_v<T>, Word, Place>;

    class iterator {
    public:
        using value_type = Word;
        using reference = Words::reference;
        using difference_type = std::ptrdiff_t;
        using iterator_category =
            std::input_iterator_tag;  // for algorithms of before C++20: what it gives is no T&
        using iterator_concept = std::random_access_iterator_tag;

        iterator() = default;
        [[gnu::always_inline]] explicit iterator(Byte* at) : at_(at) {}
        [[gnu::always_inline]] reference operator*() const { return element(at_); }
        [[gnu::always_inline]] reference operator[](std::ptrdiff_t n) const { return *(*this + n); }
        [[gnu::always_inline]] iterator& operator+=(std::ptrdiff_t n) {
            at_ += n * width;
            return *this;
        }
        iterator& operator-=(std::ptrdiff_t n) { return *this += -n; }
        [[gnu::always_inline]] iterator& operator++() { return *this += 1; }
        iterator& operator--() { return *this -= 1; }
        iterator operator++(int) {
            const iterator before = *this;
            ++*this;
            return before;
        }
        iterator operator--(int) {
            const iterator before = *this;
            --*this;
            return before;
        }
        friend iterator operator+(iterator i, std::ptrdiff_t n) { return i += n; }
        friend iterator operator+(std::ptrdiff_t n, iterator i) { return i += n; }
        friend iterator operator-(iterator i, std::ptrdiff_t n) { return i -= n; }
        friend std::ptrdiff_t operator-(iterator a, iterator b) { return (a.at_ - b.at_) / width; }
        friend bool operator==(iterator, iterator) = default;
        friend auto operator<=>(iterator, iterator) = default;

    private:
        Byte* at_ = nullptr;
    };

    Words() = default;
    /// As many whole words as the bytes hold.
    explicit Words(std::span<Byte> bytes) : bytes_(bytes.first(bytes.size() - bytes.size() % sizeof(T))) {}

    std::size_t size() const { return bytes_.size() / sizeof(T); }
    bool empty() const { return bytes_.empty(); }
    /// As with a span, `i` is below `size()`.
    [[gnu::always_inline]] reference operator[](std::size_t i) const {
        return element(bytes_.data() + i * sizeof(T));
    }
    iterator begin() const { return iterator(bytes_.data()); }
    iterator end() const { return iterator(bytes_.data() + bytes_.size()); }
    /// The bytes themselves, which `Machine::give_back` takes.
    std::span<Byte> bytes() const { return bytes_; }

private:
    static constexpr std::ptrdiff_t width = sizeof(T);
    [[gnu::always_inline]] static reference element(Byte* at) {
        if constexpr (std::is_const_v<T>)
            return read_memory<Word, Order>(at);
        else
            return Place(at);
    }

    std::span<Byte> bytes_;
};

/// `count` words of memory that the guest can read and write, from `address` on, in one piece; otherwise none.
template <AccessWord T, class M, std::endian Order = M::byte_order>
Words<T, Order> words(M& machine, GuestAddress address, std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) return {};
    return Words<T, Order>(machine.ram_span(address, Bytes{count * sizeof(T)}));
}
/// `count` words of memory of any kind, to look at; none where it is not one piece.
template <AccessWord T, class M, std::endian Order = M::byte_order>
Words<const T, Order> word_view(const M& machine, GuestAddress address, std::size_t count) {
    if (count > std::numeric_limits<std::size_t>::max() / sizeof(T)) return {};
    return Words<const T, Order>(machine.memory_view(address, Bytes{count * sizeof(T)}));
}

}  // namespace wirewrap
