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
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
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
    // What is more than a few instructions is a call of its own: texts are many, and none is in a hurry.
    [[gnu::noinline]] constexpr explicit Text(std::string_view s) : chars_(s.begin(), s.end()) {}
    [[gnu::noinline]] constexpr Text(const Text&) = default;
    constexpr Text(Text&&) noexcept = default;
    [[gnu::noinline]] constexpr Text& operator=(const Text&) = default;
    [[gnu::noinline]] constexpr Text& operator=(Text&&) noexcept = default;
    [[gnu::noinline]] constexpr ~Text() = default;

    constexpr std::string_view view() const { return {chars_.data(), chars_.size()}; }
    constexpr bool empty() const { return chars_.empty(); }
    constexpr std::size_t size() const { return chars_.size(); }
    [[gnu::cold, gnu::noinline]] std::string string() const { return std::string(view()); }

    [[gnu::noinline]] constexpr Text& append(std::string_view s) {
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

[[gnu::noinline]] constexpr void append_digits(Text& out, std::uint64_t n, unsigned radix) {
    char digits[20]{};
    char* first = digits + sizeof digits;
    do {
        *--first = "0123456789abcdef"[n % radix];
        n /= radix;
    } while (n != 0);
    out.append({first, static_cast<std::size_t>(digits + sizeof digits - first)});
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

/// What a part of a sentence is, which its type says, and 8 bytes of it, which refer to what has no room in them: so one
/// function puts all sentences together.
enum class PartKind : std::uint8_t {
    literal,
    view,
    string,
    text,
    character,
    number,
    signed_number,
    size,
    address,
    interval
};
union PartValue {
    const char* literal;
    const std::string_view* view;
    const std::string* string;
    const Text* text;
    const Interval* interval;
    char character;
    std::uint64_t number;
    std::int64_t signed_number;
};
template <PartKind Kind>
struct Part {
    static constexpr PartKind kind = Kind;
    PartValue value;
};

constexpr Part<PartKind::literal> part(const char* literal) { return {{.literal = literal}}; }
constexpr Part<PartKind::view> part(const std::string_view& view) { return {{.view = &view}}; }
constexpr Part<PartKind::string> part(const std::string& string) { return {{.string = &string}}; }
constexpr Part<PartKind::text> part(const Text& text) { return {{.text = &text}}; }
constexpr Part<PartKind::size> part(Bytes size) { return {{.number = size.count}}; }
constexpr Part<PartKind::address> part(GuestAddress address) { return {{.number = address.value}}; }
constexpr Part<PartKind::interval> part(const Interval& interval) { return {{.interval = &interval}}; }
template <std::same_as<char> C>  // and not what converts to it
constexpr Part<PartKind::character> part(C c) {
    return {{.character = c}};
}
template <std::unsigned_integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char>)
constexpr Part<PartKind::number> part(T n) {
    return {{.number = n}};
}
template <std::signed_integral T>
    requires(!std::same_as<T, char>)
constexpr Part<PartKind::signed_number> part(T n) {
    return {{.signed_number = n}};
}

constexpr void append(Text& out, PartKind kind, PartValue value) {
    switch (kind) {
    case PartKind::literal: out.append(value.literal); break;
    case PartKind::view: out.append(*value.view); break;
    case PartKind::string: out.append(*value.string); break;
    case PartKind::text: out.append(value.text->view()); break;
    case PartKind::character: out.append({&value.character, 1}); break;
    case PartKind::number: append_digits(out, value.number, 10); break;
    case PartKind::signed_number: {
        const auto digits = static_cast<std::uint64_t>(value.signed_number);
        if (value.signed_number < 0) out.append("-");
        append_digits(out, value.signed_number < 0 ? 0 - digits : digits, 10);
        break;
    }
    case PartKind::size: append(out, Bytes{value.number}); break;
    case PartKind::address: append(out, GuestAddress{value.number}); break;
    case PartKind::interval: append(out, *value.interval); break;
    }
}

/// Out of the way of those who have nothing to say.
[[gnu::cold, gnu::noinline]] constexpr Text joined(const PartKind* kind,
                                                   std::initializer_list<PartValue> values) {
    Text out;
    for (const PartValue& value : values) append(out, *kind++, value);
    return out;
}
template <class... Parts>
inline constexpr PartKind part_kinds[] = {decltype(detail::part(std::declval<const Parts&>()))::kind...};

}  // namespace detail

/// Puts the parts together: text, integers (decimal), byte counts (exact, with unit), addresses and intervals (hex).
template <class... Parts>
[[gnu::always_inline]] constexpr Text sentence(const Parts&... parts) {
    return detail::joined(detail::part_kinds<std::decay_t<Parts>...>, {detail::part(parts).value...});
}

/// "a", "a or b", "a, b or c": `item(i)` gives the i-th of `count` parts.
template <class Item>
constexpr Text listing(std::size_t count, Item item, std::string_view last = " or ") {
    Text out;
    for (std::size_t i = 0; i != count; ++i) {
        if (i != 0) out.append(i + 1 == count ? last : ", ");
        out.append(sentence(item(i)).view());
    }
    return out;
}

}  // namespace wirewrap
