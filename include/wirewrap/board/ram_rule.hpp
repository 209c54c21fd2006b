// Which RAM sizes a board accepts. A rule says yes or no, describes itself in words, and knows the sizes it accepts
// nearest to any other, so that a refusal can name them.
//
//     constexpr auto rule = power_of_two() && between(128_MiB, 2_GiB);
//     static_assert(rule.accepts(512_MiB) && !rule.accepts(384_MiB));
//     static_assert(rule.below(384_MiB) == 256_MiB && rule.above(384_MiB) == 512_MiB);
//
// | rule                        | accepts                                              |
// |-----------------------------|------------------------------------------------------|
// | `any`                       | every size                                           |
// | `exactly(n)`                | n                                                    |
// | `one_of(a, b, …)`           | these                                                |
// | `at_most(n)`, `at_least(n)` | up to n, from n on                                   |
// | `between(a, b)`             | a to b, both included                                |
// | `multiple_of(n)`            | n, 2n, 3n …                                          |
// | `power_of_two()`            | 1, 2, 4, 8 …                                         |
// | `banks(count, a, b, …)`     | what up to `count` memory banks of these sizes hold  |
// | `r && s`, `r || s`          | what both accept, what either accepts                |
//
// No rule accepts 0 bytes; a board whose default is 0 bytes has no RAM unless told otherwise (see ram.hpp).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

/// `below(n)` is the greatest accepted size that is at most n, `above(n)` the least that is at least n; they serve to
/// name a way out, and only `accepts` decides.
template <class R>
concept RamRule = requires(const R& rule, Bytes size) {
    { rule.accepts(size) } -> std::same_as<bool>;
    { rule.below(size) } -> std::same_as<std::optional<Bytes>>;
    { rule.above(size) } -> std::same_as<std::optional<Bytes>>;
    { rule.words() } -> std::same_as<Text>;  // fits into "the board accepts … of RAM"
};

namespace rule {

inline constexpr Bytes largest{std::numeric_limits<std::uint64_t>::max()};

struct Between {
    Bytes least{1};
    Bytes most = largest;

    constexpr bool accepts(Bytes size) const { return size != Bytes{} && size >= least && size <= most; }
    constexpr std::optional<Bytes> below(Bytes size) const { return checked(std::min(size, most)); }
    constexpr std::optional<Bytes> above(Bytes size) const {
        return checked(std::max({size, least, Bytes{1}}));
    }
    constexpr Text words() const {
        const bool bounded_below = least > Bytes{1};
        const bool bounded_above = most < largest;
        if (bounded_below && bounded_above) return sentence(least, " to ", most);
        if (bounded_below) return sentence("at least ", least);
        if (bounded_above) return sentence("at most ", most);
        return sentence("any amount but 0 bytes");
    }

private:
    constexpr std::optional<Bytes> checked(Bytes size) const {
        if (accepts(size)) return size;
        return std::nullopt;
    }
};

template <std::size_t N>
struct OneOf {
    std::array<Bytes, N> sizes;  // ascending

    constexpr bool accepts(Bytes size) const {
        return size != Bytes{} && std::find(sizes.begin(), sizes.end(), size) != sizes.end();
    }
    constexpr std::optional<Bytes> below(Bytes size) const {
        const auto after = std::upper_bound(sizes.begin(), sizes.end(), size);
        if (after == sizes.begin() || *(after - 1) == Bytes{}) return std::nullopt;
        return *(after - 1);
    }
    constexpr std::optional<Bytes> above(Bytes size) const {
        const auto found = std::lower_bound(sizes.begin(), sizes.end(), std::max(size, Bytes{1}));
        if (found == sizes.end()) return std::nullopt;
        return *found;
    }
    constexpr Text words() const {
        if constexpr (N == 1) return sentence("exactly ", sizes[0]);
        return listing(N, [&](std::size_t i) { return sizes[i]; });
    }
};

struct MultipleOf {
    Bytes unit;  // multiples of 0 bytes: none

    constexpr bool accepts(Bytes size) const {
        return size != Bytes{} && unit != Bytes{} && size % unit == Bytes{};
    }
    constexpr std::optional<Bytes> below(Bytes size) const {
        if (unit == Bytes{} || size < unit) return std::nullopt;
        return size - size % unit;
    }
    constexpr std::optional<Bytes> above(Bytes size) const {
        if (unit == Bytes{}) return std::nullopt;
        if (size == Bytes{}) return unit;
        const Bytes rest = size % unit;
        if (rest == Bytes{}) return size;
        if (size > largest - (unit - rest)) return std::nullopt;
        return size + (unit - rest);
    }
    constexpr Text words() const { return sentence("multiples of ", unit); }
};

struct PowerOfTwo {
    constexpr bool accepts(Bytes size) const { return is_power_of_two(size); }
    constexpr std::optional<Bytes> below(Bytes size) const {
        if (size == Bytes{}) return std::nullopt;
        return Bytes{std::bit_floor(size.count)};
    }
    constexpr std::optional<Bytes> above(Bytes size) const {
        if (size.count > std::uint64_t{1} << 63) return std::nullopt;
        return Bytes{std::bit_ceil(size.count)};
    }
    constexpr Text words() const { return sentence("a power of two"); }
};

/// Memory controllers fill their banks one after another, each with the largest module that still fits. Where each
/// module size divides the next, as powers of two do, nothing that another split would accept is refused.
template <std::size_t N>
struct Banks {
    std::size_t count;
    std::array<Bytes, N> sizes;  // ascending

    constexpr Bytes placed(Bytes size) const {
        Bytes sum{};
        for (std::size_t bank = 0; bank != count; ++bank) {
            const Bytes module = largest_module(size - sum);
            if (module == Bytes{}) break;
            sum += module;
        }
        return sum;
    }
    constexpr bool accepts(Bytes size) const { return size != Bytes{} && placed(size) == size; }
    constexpr std::optional<Bytes> below(Bytes size) const {
        const Bytes sum = placed(size);
        if (sum == Bytes{}) return std::nullopt;
        return sum;
    }
    /// The first banks as they are, the next one with the smallest module that takes all the rest.
    constexpr std::optional<Bytes> above(Bytes size) const {
        if (accepts(size)) return size;
        std::optional<Bytes> best;
        Bytes sum{};
        for (std::size_t bank = 0; bank != count; ++bank) {
            const auto module = std::lower_bound(sizes.begin(), sizes.end(), std::max(size - sum, Bytes{1}));
            if (module != sizes.end() && *module <= largest - sum && (!best || sum + *module < *best))
                best = sum + *module;
            const Bytes whole = largest_module(size - sum);
            if (whole == Bytes{}) break;
            sum += whole;
        }
        return best;
    }
    constexpr Text words() const {
        const Text modules = listing(N, [&](std::size_t i) { return sizes[N - 1 - i]; });
        if (count == 1) return sentence("1 bank of ", modules);
        return sentence("up to ", count, " banks of ", modules);
    }

private:
    constexpr Bytes largest_module(Bytes rest) const {
        const auto after = std::upper_bound(sizes.begin(), sizes.end(), rest);
        return after == sizes.begin() ? Bytes{} : *(after - 1);
    }
};

template <RamRule A, RamRule B>
struct Both {
    A a;
    B b;

    constexpr bool accepts(Bytes size) const { return a.accepts(size) && b.accepts(size); }
    // Each step goes to the nearest size one rule accepts, until both do. The steps only go one way, so it ends; two
    // rules that hardly ever meet would take too long for a courtesy, and then no size is named.
    constexpr std::optional<Bytes> below(Bytes size) const {
        return meet(size, [this](Bytes n) -> std::optional<Bytes> {
            const auto m = a.below(n);
            if (!m) return std::nullopt;
            return b.below(*m);
        });
    }
    constexpr std::optional<Bytes> above(Bytes size) const {
        return meet(size, [this](Bytes n) -> std::optional<Bytes> {
            const auto m = a.above(n);
            if (!m) return std::nullopt;
            return b.above(*m);
        });
    }
    constexpr Text words() const { return sentence(a.words(), ", ", b.words()); }

private:
    static constexpr int most_steps = 256;

    template <class Step>
    static constexpr std::optional<Bytes> meet(Bytes size, Step step) {
        for (int steps = 0; steps != most_steps; ++steps) {
            const std::optional<Bytes> next = step(size);
            if (!next) return std::nullopt;
            if (*next == size) return size;
            size = *next;
        }
        return std::nullopt;
    }
};

template <RamRule A, RamRule B>
struct Either {
    A a;
    B b;

    constexpr bool accepts(Bytes size) const { return a.accepts(size) || b.accepts(size); }
    constexpr std::optional<Bytes> below(Bytes size) const {
        const auto x = a.below(size), y = b.below(size);
        if (x && y) return std::max(*x, *y);
        return x ? x : y;
    }
    constexpr std::optional<Bytes> above(Bytes size) const {
        const auto x = a.above(size), y = b.above(size);
        if (x && y) return std::min(*x, *y);
        return x ? x : y;
    }
    constexpr Text words() const { return sentence(a.words(), " or ", b.words()); }
};

template <RamRule A, RamRule B>
constexpr Both<A, B> operator&&(A a, B b) {
    return {a, b};
}
template <RamRule A, RamRule B>
constexpr Either<A, B> operator||(A a, B b) {
    return {a, b};
}

}  // namespace rule

inline constexpr rule::Between any{};
constexpr rule::Between at_most(Bytes most) { return {.most = most}; }
constexpr rule::Between at_least(Bytes least) { return {.least = least}; }
constexpr rule::Between between(Bytes least, Bytes most) { return {least, most}; }
constexpr rule::OneOf<1> exactly(Bytes size) { return {{size}}; }
constexpr rule::MultipleOf multiple_of(Bytes unit) { return {unit}; }
constexpr rule::PowerOfTwo power_of_two() { return {}; }

namespace detail {
template <std::size_t N>
constexpr std::array<Bytes, N> ascending(std::array<Bytes, N> sizes) {
    wirewrap::detail::sort(sizes.data(), N, [](Bytes a, Bytes b) { return a < b; });
    return sizes;
}
}  // namespace detail

template <std::same_as<Bytes>... Sizes>
    requires(sizeof...(Sizes) > 0)
constexpr rule::OneOf<sizeof...(Sizes)> one_of(Sizes... sizes) {
    return {detail::ascending(std::array{sizes...})};
}
template <std::same_as<Bytes>... Sizes>
    requires(sizeof...(Sizes) > 0)
constexpr rule::Banks<sizeof...(Sizes)> banks(std::size_t count, Sizes... sizes) {
    return {count, detail::ascending(std::array{sizes...})};
}

}  // namespace wirewrap
