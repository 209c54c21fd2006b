// How a device, a hart or a clock gives its state away and takes it back: one function that names each field, run by an
// archive that writes, and by one that reads.
//
//     struct Doorbell {
//         …
//         template <class Archive>
//         void state(Archive& archive) {
//             archive.field("rung", rung);
//         }
//         std::uint32_t rung = 0;
//     };
//     static_assert(Archivable<Doorbell>);
//
// | call                           | for                                                                             |
// |--------------------------------|---------------------------------------------------------------------------------|
// | `field(name, value)`           | bool, unsigned integers, enumerations of them; std::array of these              |
// | `field(name, value, most)`     | the same, refused when a file says more than `most`                             |
// | `sequence(name, room, count)`  | `count` bytes at the start of `room`, a span; a file may have as many as fit    |
// | `group(name, part)`            | a part with a `state` of its own, or a std::array of them                       |
// | `require(condition, why)`      | what a file must not break, asked after the fields are there; writing: nothing  |
// | `Archive::loading`             | true when values come from a file: then what follows from them is made anew     |
//
// What is read may come from a file that somebody made up: whatever an index or a shift depends on has a bound.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// What a field can be.
template <class T>
concept FieldValue = std::same_as<T, bool> || std::unsigned_integral<T> || std::is_enum_v<T>;

namespace detail {
struct ArchiveProbe {
    static constexpr bool loading = true;
    template <FieldValue T>
    void field(std::string_view, T&) {}
    template <FieldValue T>
    void field(std::string_view, T&, T) {}
    template <FieldValue T, std::size_t N>
    void field(std::string_view, std::array<T, N>&) {}
    template <FieldValue T, std::size_t N>
    void field(std::string_view, std::array<T, N>&, T) {}
    void sequence(std::string_view, std::span<std::uint8_t>, std::size_t&) {}
    template <class T>
    void group(std::string_view, T&) {}
    void require(bool, std::string_view) {}
};
}  // namespace detail

/// A copy of it can be filled from a file, and then take its place.
template <class T>
concept Archivable = std::copyable<T> &&
                     requires(T& part, detail::ArchiveProbe& archive) { part.state(archive); };

}  // namespace wirewrap
