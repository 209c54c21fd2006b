// An optional that is empty after it was moved from, so that what owns memory and what points into it agree.
#pragma once

#include <optional>
#include <utility>

#include <wirewrap/base/language.hpp>

namespace wirewrap::detail {

template <class T>
class Owned {
public:
    Owned() = default;
    Owned(std::optional<T>&& value) : value_(std::move(value)) {}
    Owned(Owned&& other) noexcept : value_(std::exchange(other.value_, std::nullopt)) {}
    Owned& operator=(Owned&& other) noexcept {
        // By way of a third: what this one had is given back now, not when `other` ends.
        std::optional<T> taken = std::exchange(other.value_, std::nullopt);
        value_.reset();
        if (taken) value_.emplace(std::move(*taken));
        return *this;
    }

    std::optional<T>& get() { return value_; }
    const std::optional<T>& get() const { return value_; }
    explicit operator bool() const { return value_.has_value(); }
    const T* operator->() const { return &*value_; }

private:
    std::optional<T> value_;
};

}  // namespace wirewrap::detail
