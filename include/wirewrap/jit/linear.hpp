// What a register holds at some place of a loop, told by what registers held at the loop's head.
//
//     add a3, a0, a5         a3 = 1·a0 + 1·a5
//     addi a3, a3, 8         a3 = 8 + 1·a0 + 1·a5
//     Linear::of_register(10) + Linear::of_register(15) + Linear::of_constant(8)
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/base/language.hpp>

namespace wirewrap::jit {

/// constant + Σ factor · register modulo 2^64, or unknown. Few terms and small factors only: more is unknown.
class Linear {
public:
    struct Term {
        std::uint8_t reg = 0;  // 1 … 31
        std::int32_t factor = 0;

        friend bool operator==(const Term&, const Term&) = default;
    };
    static constexpr std::size_t most_terms = 3;
    static constexpr std::int64_t largest_factor = 4096;

    constexpr Linear() = default;  // 0
    static constexpr Linear unknown() {
        Linear none;
        none.known_ = false;
        return none;
    }
    static constexpr Linear of_constant(std::uint64_t constant) {
        Linear made;
        made.constant_ = constant;
        return made;
    }
    /// x0 is 0.
    static constexpr Linear of_register(std::size_t reg) {
        Linear made;
        if (reg != 0) made.terms_[made.count_++] = {static_cast<std::uint8_t>(reg), 1};
        return made;
    }

    constexpr bool known() const { return known_; }
    constexpr bool is_constant() const { return known_ && count_ == 0; }
    constexpr std::uint64_t constant() const { return constant_; }
    constexpr std::span<const Term> terms() const { return std::span(terms_).first(count_); }
    constexpr Linear without_constant() const {
        Linear rest = *this;
        rest.constant_ = 0;
        return rest;
    }

    friend constexpr Linear operator+(const Linear& a, const Linear& b) { return sum(a, b, 1); }
    friend constexpr Linear operator-(const Linear& a, const Linear& b) { return sum(a, b, -1); }
    friend constexpr Linear operator*(const Linear& a, std::int64_t factor) {
        if (factor > largest_factor || factor < -largest_factor) return unknown();
        return sum(Linear(), a, factor);
    }
    friend constexpr bool operator==(const Linear&, const Linear&) = default;

private:
    /// a + factor · b
    static constexpr Linear sum(const Linear& a, const Linear& b, std::int64_t factor) {
        Linear made;
        made.known_ = a.known_ && b.known_;
        if (!made.known_) return unknown();
        made.constant_ = a.constant_ + static_cast<std::uint64_t>(factor) * b.constant_;
        for (std::size_t i = 0, k = 0; i != a.count_ || k != b.count_;) {
            const bool from_a = i != a.count_ && (k == b.count_ || a.terms_[i].reg <= b.terms_[k].reg);
            const bool from_b = k != b.count_ && (i == a.count_ || b.terms_[k].reg <= a.terms_[i].reg);
            const std::uint8_t reg = from_a ? a.terms_[i].reg : b.terms_[k].reg;
            const std::int64_t by = (from_a ? a.terms_[i++].factor : 0) +
                                    (from_b ? factor * b.terms_[k++].factor : 0);
            if (by == 0) continue;
            if (made.count_ == most_terms || std::max(by, -by) > largest_factor) return unknown();
            made.terms_[made.count_++] = {reg, static_cast<std::int32_t>(by)};
        }
        return made;
    }

    std::uint64_t constant_ = 0;
    std::array<Term, most_terms> terms_{};  // by register, none of factor 0; those behind the last are Term()
    std::uint8_t count_ = 0;
    bool known_ = true;
};

}  // namespace wirewrap::jit
