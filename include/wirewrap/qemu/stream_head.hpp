// The head of a stream: that it is one, the machine it is of, and the page it counts in. What libvirt writes before it is
// passed over.
//
//     const auto head = read_head(input);
//     head->machine_type;                  // "pc-i440fx-7.2"
//     head->page;                          // 4 KiB where the stream says so; nothing: the target's least
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/qemu/stream_format.hpp>
#include <wirewrap/qemu/stream_input.hpp>
#include <wirewrap/qemu/wrapping.hpp>

namespace wirewrap::qemu {

struct StreamHead {
    /// QEMU's name of the machine; nothing in streams of machine types up to 2.3 and in those that were written with
    /// `-global migration.send-configuration=off`, which do not say.
    std::optional<std::string> machine_type{};
    std::optional<Bytes> page{};
    bool mapped_ram = false;  // pages have places of their own in the file
    std::uint8_t next = 0;    // the byte that the first section begins with
};

namespace detail {

// Pages of 2^8 (avr) to 2^16 bytes (aarch64, ppc64): what QEMU's targets have. More would not fit any guest's MMU.
inline constexpr std::uint32_t least_page_bits = 8, most_page_bits = 16;

template <class Input>
Expected<void> read_subsection(Input& input, StreamHead& head) {
    const std::string name = input.name();
    const auto version = input.template number<std::uint32_t>();
    if (!input.ok()) return std::unexpected(input.error());
    if (version != 1)
        return fail("the stream has version ", version, " of ", printable(name),
                    ", and only 1 is known here");
    if (name == "configuration/target-page-bits") {
        const auto bits = input.template number<std::uint32_t>();
        if (input.ok() && (bits < least_page_bits || bits > most_page_bits))
            return fail("the stream says that a page has 2^", bits, " bytes; targets have 2^",
                        least_page_bits, " to 2^", most_page_bits);
        head.page = Bytes{std::uint64_t{1} << bits % 64};
    } else if (name == "configuration/capabilities") {
        const auto count = input.template number<std::uint32_t>();
        for (std::uint32_t i = 0; i != count && input.ok(); ++i) {
            const std::string capability = printable(input.name());
            if (input.ok() && capability != "mapped-ram")
                return fail("the stream was written with capability ", capability,
                            ", which leaves pages out of it: turn it off with migrate-set-capabilities, and "
                            "write the stream again");
            head.mapped_ram = true;
        }
    } else if (name == "configuration/uuid") {
        input.skip(16);
    } else {
        return fail("the stream has an unknown part ", printable(name),
                    " in its configuration: it was written by ",
                    "a QEMU newer than 11.1, or with capabilities that this reader does not know");
    }
    if (!input.ok()) return std::unexpected(input.error());
    return {};
}

inline constexpr std::uint32_t libvirt = 0x4c69'6276;  // "Libv"

/// What begins with this word instead.
inline Error no_stream(std::uint32_t begin) {
    std::array<std::byte, 4> bytes;
    write_memory<std::uint32_t, std::endian::big>(bytes.data(), begin);
    if (const auto packing = packing_of(bytes))
        return Error{sentence("this is compressed by ", packing->name,
                              ", and no migration stream as it is: unpack it, ", packing->unpack,
                              " FILE > guest.stream")
                         .string()};
    return Error{sentence("this is no migration stream of QEMU: it begins with ", in_hexadecimal(bytes),
                          ", not with 51 45 56 4d (QEVM)")
                     .string()};
}

}  // namespace detail

/// Reads up to the first byte of the first section. Fails for what is no stream of version 3.
template <class Input>
Expected<StreamHead> read_head(Input& input) {
    input.reading("the header");
    auto magic = input.template number<std::uint32_t>();
    if (input.ok() && magic == detail::libvirt) {
        if (auto passed = detail::skip_libvirt_head(input); !passed) return std::unexpected(passed.error());
        input.reading("the header");
        magic = input.template number<std::uint32_t>();
    }
    if (input.ok() && magic != format::magic) return std::unexpected(detail::no_stream(magic));
    const auto version = input.template number<std::uint32_t>();
    if (input.ok() && version != format::version)
        return fail("the stream has format version ", version, ", and QEMU 0.10 to 11.1 write ",
                    format::version);

    StreamHead head;
    head.next = input.template number<std::uint8_t>();
    if (head.next == format::section::configuration) {
        input.reading("the configuration");
        const auto length = input.template number<std::uint32_t>();
        constexpr std::uint32_t longest = 255;  // names in sections have one byte of length
        if (length > longest)
            return fail("the stream's machine type has a name of ", length, " bytes; ", longest,
                        " are allowed");
        std::string name(length, '\0');
        input.bytes_into(std::as_writable_bytes(std::span(name)));
        head.machine_type = printable(name);
        while (input.ok() &&
               (head.next = input.template number<std::uint8_t>()) == format::section::subsection)
            if (auto read = detail::read_subsection(input, head); !read) return std::unexpected(read.error());
    }
    if (!input.ok()) return std::unexpected(input.error());
    return head;
}

}  // namespace wirewrap::qemu
