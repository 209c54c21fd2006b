// Registers that a device declares, for the files and pages that people and their tools read. A machine never looks at
// them: an access is the device's own business.
//
//     struct Doorbell {
//         static constexpr Bytes registers = 0x18_B;
//         static constexpr std::array register_map{
//             reg::wo("ring", 0x0, 4, "any value rings"),              // name, offset, width in bytes, what it is
//             reg::ro("rung", 0x4, 4, "how often it rang"),
//             reg::rw("limit", 0x8, 4, "of button n").repeated(4),     // limit[0] … limit[3]
//         };
//         …
//     };
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap {

enum class RegisterAccess : std::uint8_t { read_write, read, write };

/// One register, or `count` of a kind at `offset`, `offset + stride` …
struct DeviceRegister {
    std::string_view name{};  // letters, digits and underscores; unique in its device
    Bytes offset{};
    Bytes width{};
    RegisterAccess access{};
    std::string_view says{};  // what it is, in a few words
    std::size_t count = 1;
    Bytes stride{};                   // between those of a kind
    std::string_view alternate_of{};  // a register above it, whose place it takes in some state of the device

    /// One behind the other, or `every` so many bytes.
    constexpr DeviceRegister repeated(std::size_t times, std::uint64_t every = 0) const {
        DeviceRegister all = *this;
        all.count = times;
        all.stride = every == 0 ? width : Bytes{every};
        return all;
    }
    constexpr DeviceRegister instead_of(std::string_view other) const {
        DeviceRegister alternate = *this;
        alternate.alternate_of = other;
        return alternate;
    }
};

namespace reg {

constexpr DeviceRegister rw(std::string_view name, std::uint64_t offset, std::uint64_t width,
                            std::string_view says = {}) {
    return {name, Bytes{offset}, Bytes{width}, RegisterAccess::read_write, says, 1, Bytes{width}, {}};
}
constexpr DeviceRegister ro(std::string_view name, std::uint64_t offset, std::uint64_t width,
                            std::string_view says = {}) {
    return {name, Bytes{offset}, Bytes{width}, RegisterAccess::read, says, 1, Bytes{width}, {}};
}
constexpr DeviceRegister wo(std::string_view name, std::uint64_t offset, std::uint64_t width,
                            std::string_view says = {}) {
    return {name, Bytes{offset}, Bytes{width}, RegisterAccess::write, says, 1, Bytes{width}, {}};
}

}  // namespace reg

}  // namespace wirewrap
