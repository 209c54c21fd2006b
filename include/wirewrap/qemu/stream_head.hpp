// The head of a stream: that it is one, the machine it is of, and the page it counts in.
//
//     const auto head = read_head(input);
//     head->machine_type;                  // "pc-i440fx-7.2"
//     head->page;                          // 4 KiB where the stream says so; nothing: the target's least
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/qemu/stream_format.hpp>
#include <wirewrap/qemu/stream_input.hpp>

namespace wirewrap::qemu {

struct StreamHead {
    /// QEMU's name of the machine; nothing in streams of machine types up to 2.3, which do not say.
    std::optional<std::string> machine_type{};
    std::optional<Bytes> page{};
    std::uint8_t next = 0;  // the byte that the first section begins with

    /// Whether sections end with a footer: since the same machine types.
    bool has_footers() const { return machine_type.has_value(); }
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
        if (input.ok() && count != 0)
            return fail("the stream was written with capability ", printable(input.name()),
                        ", which leaves pages out of it: turn it off with migrate-set-capabilities");
    } else if (name == "configuration/uuid") {
        input.skip(16);
    } else {
        return fail("the stream has an unknown part ", printable(name),
                    " in its configuration: it was written by ",
                    "a QEMU newer than 7.2, or with capabilities that this reader does not know");
    }
    if (!input.ok()) return std::unexpected(input.error());
    return {};
}

}  // namespace detail

/// Reads up to the first byte of the first section. Fails for what is no stream of version 3.
template <class Input>
Expected<StreamHead> read_head(Input& input) {
    input.reading("the header");
    const auto magic = input.template number<std::uint32_t>();
    if (input.ok() && magic != format::magic)
        return fail("this is no migration stream of QEMU: it begins with ", GuestAddress{magic},
                    ", not with ", GuestAddress{format::magic}, " (QEVM)");
    const auto version = input.template number<std::uint32_t>();
    if (input.ok() && version != format::version)
        return fail("the stream has format version ", version, ", and QEMU 0.10 to 7.2 write ",
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
