// The two archives of a snapshot: state as a list of named fields, and back.
//
//     FieldWriter writer;
//     uart.state(writer);                                    // writer.bytes(): goes into a file
//     FieldReader reader(bytes);
//     Ns16550a copy;
//     copy.state(reader);
//     if (auto whole = reader.finish(); !whole) return …;    // "field ier is missing: the file has …"
//
//     a field  [ length of name: 1 ][ name ][ bytes of an element: 1 ][ number of elements: 4 ][ elements, little-endian ]
//
// The fields stand in the order in which `state` names them; parts of parts have dotted names, "received.bytes".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <wirewrap/base/archive.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap::state {

namespace detail {

template <class T>
constexpr std::uint64_t to_number(T value) {
    return static_cast<std::uint64_t>(value);
}

template <std::size_t Width>
using WordOf =
    std::conditional_t<Width == 1, std::uint8_t,
                       std::conditional_t<Width == 2, std::uint16_t,
                                          std::conditional_t<Width == 4, std::uint32_t, std::uint64_t>>>;

/// The names of the parts that lead to a field.
class FieldPath {
public:
    std::string of(std::string_view name) const { return path_ + std::string(name); }
    std::string_view outer() const { return path_; }

    template <class Archive, class T>
    void group(Archive& archive, std::string_view name, T& part) {
        const std::size_t before = path_.size();
        path_.append(name).push_back('.');
        part.state(archive);
        path_.resize(before);
    }

private:
    std::string path_;
};

}  // namespace detail

class FieldWriter {
public:
    static constexpr bool loading = false;

    FieldWriter() { bytes_.reserve(2048); }  // a hart has as much, most devices less

    const std::vector<std::byte>& bytes() const { return bytes_; }

    template <FieldValue T>
    void field(std::string_view name, T& value) {
        begin(name, sizeof(T), 1);
        put_word<sizeof(T)>(grown_by(sizeof(T)), detail::to_number(value));
    }
    template <FieldValue T, std::size_t N>
    void field(std::string_view name, std::array<T, N>& values) {
        begin(name, sizeof(T), N);
        std::byte* to = grown_by(N * sizeof(T));
        for (const T value : values) {
            put_word<sizeof(T)>(to, detail::to_number(value));
            to += sizeof(T);
        }
    }
    template <class T, FieldValue Most>
    void field(std::string_view name, T& value, Most) {
        field(name, value);
    }
    void sequence(std::string_view name, std::span<std::uint8_t> room, std::size_t& count) {
        begin(name, 1, count);
        const auto bytes = std::as_bytes(room.first(count));
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    template <class T>
    void group(std::string_view name, T& part) {
        path_.group(*this, name, part);
    }
    template <class T, std::size_t N>
    void group(std::string_view name, std::array<T, N>& parts) {
        for (std::size_t i = 0; i != N; ++i) group(sentence(name, i).view(), parts[i]);
    }
    void require(bool, std::string_view) {}

private:
    void begin(std::string_view name, std::size_t width, std::size_t count) {
        const std::string_view outer = path_.outer();
        std::byte* const head = grown_by(1 + outer.size() + name.size() + 5);
        std::byte* const tail = head + 1 + outer.size() + name.size();
        put_word<1>(head, outer.size() + name.size());
        std::ranges::copy(std::as_bytes(std::span(outer)), head + 1);
        std::ranges::copy(std::as_bytes(std::span(name)), head + 1 + outer.size());
        put_word<1>(tail, width);
        put_word<4>(tail + 1, count);
    }
    /// So many more bytes, and where they are.
    std::byte* grown_by(std::size_t size) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + size);
        return bytes_.data() + at;
    }
    template <std::size_t Width>
    static void put_word(std::byte* to, std::uint64_t value) {
        write_memory<detail::WordOf<Width>>(to, static_cast<detail::WordOf<Width>>(value));
    }

    std::vector<std::byte> bytes_;
    detail::FieldPath path_;
};

/// Reads what a `FieldWriter` wrote. The first objection stands; after it nothing is read any more.
class FieldReader {
public:
    static constexpr bool loading = true;

    explicit FieldReader(std::span<const std::byte> bytes) : left_(bytes) {}

    /// Nothing was wrong, and nothing is left.
    Expected<void> finish() const {
        if (!objection_.empty()) return fail(objection_);
        if (!left_.empty()) return fail("field ", next_name(), " is unknown");
        return {};
    }

    template <FieldValue T>
    void field(std::string_view name, T& value) {
        field(name, value, static_cast<T>(~std::uint64_t{0}));
    }
    template <FieldValue T>
    void field(std::string_view name, T& value, T most) {
        if (begin(name, sizeof(T), 1, 1)) value = element(name, most, value);
    }
    template <FieldValue T, std::size_t N>
    void field(std::string_view name, std::array<T, N>& values) {
        field(name, values, static_cast<T>(~std::uint64_t{0}));
    }
    template <FieldValue T, std::size_t N>
    void field(std::string_view name, std::array<T, N>& values, T most) {
        if (!begin(name, sizeof(T), N, N)) return;
        for (T& value : values) value = element(name, most, value);
    }
    void sequence(std::string_view name, std::span<std::uint8_t> room, std::size_t& count) {
        const auto elements = begin(name, 1, 0, room.size());
        if (!elements) return;
        count = *elements;
        std::ranges::copy(left_.first(count), std::as_writable_bytes(room).begin());
        left_ = left_.subspan(count);
    }
    template <class T>
    void group(std::string_view name, T& part) {
        path_.group(*this, name, part);
    }
    template <class T, std::size_t N>
    void group(std::string_view name, std::array<T, N>& parts) {
        for (std::size_t i = 0; i != N; ++i) group(sentence(name, i).view(), parts[i]);
    }
    void require(bool condition, std::string_view why) {
        if (!condition) object(why);
    }

private:
    template <class... Parts>
    void object(Parts... parts) {
        if (objection_.empty()) objection_ = sentence(parts...);
    }

    std::string_view next_name() const {
        if (left_.empty()) return {};
        const std::size_t size = std::min(static_cast<std::size_t>(left_[0]), left_.size() - 1);
        return {reinterpret_cast<const char*>(left_.data()) + 1, size};
    }

    template <std::size_t Width>
    std::uint64_t take() {
        const std::uint64_t value = read_memory<detail::WordOf<Width>>(left_.data());
        left_ = left_.subspan(Width);
        return value;
    }

    /// Checks the head of a field; how many elements follow, all of them there.
    std::optional<std::size_t> begin(std::string_view name, std::size_t width, std::size_t least,
                                     std::size_t most) {
        if (!objection_.empty()) return std::nullopt;
        if (left_.empty()) return missing(name, "the list of fields ends");
        const std::string_view outer = path_.outer(), next = next_name();
        if (next.size() != outer.size() + name.size() || !next.starts_with(outer) || !next.ends_with(name))
            return missing(name, sentence("field ", next, " is there").view());
        left_ = left_.subspan(1 + next.size());
        constexpr std::size_t head = 5;
        if (left_.size() < head) return missing(name, "the list of fields ends");
        const std::uint64_t its_width = take<1>(), count = take<4>();
        if (its_width != width || count < least || count > most || left_.size() / width < count) {
            object("field ", path_.of(name), " has ", count, " elements of ", Bytes{its_width}, ", not ",
                   most, " of ", Bytes{width});
            return std::nullopt;
        }
        return count;
    }
    std::nullopt_t missing(std::string_view name, std::string_view found) {
        object("field ", path_.of(name), " is missing, ", found);
        return std::nullopt;
    }

    template <class T>
    T element(std::string_view name, T most, T before) {
        const std::uint64_t value = take<sizeof(T)>();
        const std::uint64_t limit = std::is_same_v<T, bool> ? 1 : detail::to_number(most);
        if (value <= limit) return static_cast<T>(value);
        object("field ", path_.of(name), " is ", value, ", and at most ", limit, " makes sense");
        return before;
    }

    std::span<const std::byte> left_;
    detail::FieldPath path_;
    Text objection_;
};

}  // namespace wirewrap::state
