// A vector of at most N elements that lives in itself: no allocation, usable in constant expressions and in tables.
//
//     StaticVector<RamWindow, 16> windows;
//     windows.push_back({at(0x0), 2_GiB, 0_B});
//     for (const RamWindow& window : windows) …
#pragma once

#include <array>
#include <cstddef>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

template <class T, std::size_t N>
class StaticVector {
public:
    using value_type = T;

    /// Adds an element; false when N are held already, and then the vector says so too, for whoever did not look.
    constexpr bool push_back(const T& element) {
        if (size_ == N) {
            overflowed_ = true;
            return false;
        }
        elements_[size_++] = element;
        return true;
    }
    constexpr bool overflowed() const { return overflowed_; }
    static constexpr std::size_t capacity() { return N; }
    constexpr std::size_t size() const { return size_; }
    constexpr bool empty() const { return size_ == 0; }
    constexpr void clear() {
        size_ = 0;
        overflowed_ = false;
    }
    constexpr T& operator[](std::size_t i) { return elements_[i]; }
    constexpr const T& operator[](std::size_t i) const { return elements_[i]; }
    constexpr T* begin() { return elements_.data(); }
    constexpr T* end() { return elements_.data() + size_; }
    constexpr const T* begin() const { return elements_.data(); }
    constexpr const T* end() const { return elements_.data() + size_; }

private:
    std::array<T, N> elements_{};
    std::size_t size_ = 0;
    bool overflowed_ = false;
};

}  // namespace wirewrap
