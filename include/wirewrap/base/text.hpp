// Text that the compiler can build and print: the sentences of wirewrap are the same at compile time and at run time.
//
//     constexpr Text t = sentence("boot.rom covers ", Interval{at(0x0), 64_KiB}, ", ", 64_KiB);
//     // boot.rom covers [0x0, 0x10000), 64 KiB
//     template <FixedText Name> struct Named;      // a text as a template argument
//     Named<"uart0"> n;
//
// `Text` grows (std::string is not constexpr under clang with libstdc++ 12); `FixedText` has its length in its type, so
// that compilers print it whole when it is a template argument.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/interval.hpp>

namespace wirewrap {

/// A growable text, usable in constant expressions. Choose between two texts with `if`, not `?:`: g++ 12 destroys the
/// result of a conditional expression twice in constant expressions.
class Text {
public:
    constexpr Text() = default;
    constexpr explicit Text(std::string_view s) : chars_(s.begin(), s.end()) {}

    constexpr std::string_view view() const { return {chars_.data(), chars_.size()}; }
    constexpr bool empty() const { return chars_.empty(); }
    constexpr std::size_t size() const { return chars_.size(); }
    std::string string() const { return std::string(view()); }

    constexpr Text& append(std::string_view s) {
        chars_.insert(chars_.end(), s.begin(), s.end());
        return *this;
    }
    friend constexpr bool operator==(const Text& a, const Text& b) { return a.view() == b.view(); }

private:
    std::vector<char> chars_;
};

/// A text whose length is part of its type: a structural type, so it can be a template argument.
template <std::size_t N>
struct FixedText {
    char chars[N + 1]{};

    constexpr FixedText() = default;
    constexpr FixedText(const char (&literal)[N + 1]) : FixedText(std::string_view(literal, N)) {}
    constexpr explicit FixedText(std::string_view s) {
        std::copy_n(s.data(), N, chars);
        // Without being written, the last character would not count as stored when N is a power of two, and clang prints
        // characters without a stored end as numbers.
        chars[N] = 0;
    }

    static constexpr std::size_t size() { return N; }
    static constexpr bool empty() { return N == 0; }
    constexpr std::string_view view() const { return {chars, N}; }
    template <std::size_t M>
    friend constexpr bool operator==(const FixedText& a, const FixedText<M>& b) {
        return a.view() == b.view();
    }
};
template <std::size_t M>
FixedText(const char (&)[M]) -> FixedText<M - 1>;

/// Runs the constant function `Make` (any return type with `view()`) and gives its text in a type of exactly that size.
template <auto Make>
consteval auto fixed_text() {
    constexpr std::size_t size = Make().view().size();
    return FixedText<size>(Make().view());
}

namespace detail {

constexpr void append(Text& out, std::string_view s) { out.append(s); }
constexpr void append(Text& out, const Text& s) { out.append(s.view()); }
template <std::same_as<char> C>  // and not what converts to it
constexpr void append(Text& out, C c) {
    out.append({&c, 1});
}

constexpr void append_digits(Text& out, std::uint64_t n, unsigned radix) {
    char digits[20]{};
    char* first = digits + sizeof digits;
    do {
        *--first = "0123456789abcdef"[n % radix];
        n /= radix;
    } while (n != 0);
    out.append({first, static_cast<std::size_t>(digits + sizeof digits - first)});
}

template <std::unsigned_integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
constexpr void append(Text& out, T n) {
    append_digits(out, n, 10);
}
template <std::signed_integral T>
    requires(!std::same_as<T, char>)
constexpr void append(Text& out, T n) {
    if (n < 0) out.append("-");
    append_digits(out, n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n), 10);
}

/// The largest unit that divides the count exactly: nothing is ever rounded ("2 GiB" for 2049 MiB is QEMU's defect A7).
constexpr void append(Text& out, Bytes size) {
    constexpr std::string_view units[] = {" bytes", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
    std::size_t unit = 0;
    std::uint64_t n = size.count;
    while (n != 0 && n % 1024 == 0) {
        n /= 1024;
        ++unit;
    }
    append_digits(out, n, 10);
    out.append(unit == 0 && n == 1 ? " byte" : units[unit]);
}

constexpr void append(Text& out, GuestAddress a) {
    out.append("0x");
    append_digits(out, a.value, 16);
}

constexpr void append(Text& out, Interval i) {
    out.append("[");
    append(out, i.base);
    out.append(", ");
    if (i.size.count != 0 && (i.base + i.size).value == 0)
        out.append("0x10000000000000000");  // ends exactly at 2^64
    else if (i.wraps())
        append(out, i.base), out.append(" + "), append(out, i.size);
    else
        append(out, i.base + i.size);
    out.append(")");
}

}  // namespace detail

/// Puts the parts together: text, integers (decimal), byte counts (exact, with unit), addresses and intervals (hex). They
/// come by value, so that literals of all lengths are one type: each sentence as a function of its own costs compilers dearly.
template <class... Parts>
constexpr Text sentence(Parts... parts) {
    Text out;
    (detail::append(out, parts), ...);
    return out;
}

/// "a", "a or b", "a, b or c": `item(i)` gives the i-th of `count` parts.
template <class Item>
constexpr Text listing(std::size_t count, Item item, std::string_view last = " or ") {
    Text out;
    for (std::size_t i = 0; i != count; ++i) {
        if (i != 0) out.append(i + 1 == count ? last : ", ");
        detail::append(out, item(i));
    }
    return out;
}

}  // namespace wirewrap
