// The way through a stream up to the end of its RAM: sections in order, each with the number that its START gave it,
// each ended by a footer with the same number. What follows the RAM, the state of devices, carries no length; nobody
// goes there.
//
//     auto walked = walk_to_ram_end(input, head, 4_KiB, sink);       // after read_head
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/qemu/live_section.hpp>
#include <wirewrap/qemu/ram_section.hpp>
#include <wirewrap/qemu/stream_format.hpp>
#include <wirewrap/qemu/stream_head.hpp>
#include <wirewrap/qemu/stream_input.hpp>

namespace wirewrap::qemu {

namespace detail {

template <class Input, PageSink Sink>
class Walk {
    struct Open {
        std::uint32_t id = 0;
        LiveSection kind{};
    };

public:
    Walk(Input& input, const StreamHead& head, Bytes page, Sink& sink)
        : input_(input), head_(head), ram_(input, page, sink) {}

    Expected<void> run() {
        for (std::uint8_t type = head_.next;; type = input_.template number<std::uint8_t>()) {
            if (!input_.ok()) return std::unexpected(input_.error());
            const auto section = enter(type);
            if (!section) return std::unexpected(section.error());
            if (auto read = read_payload(*section, type); !read) return read;
            if (head_.has_footers())
                if (auto ended = read_footer(section->id); !ended) return ended;
            if (section->kind == LiveSection::ram && type == format::section::end) return {};
            input_.reading("the sections before the end of the RAM");
        }
    }

private:
    /// The section that begins with this byte.
    Expected<Open> enter(std::uint8_t type) {
        input_.reading("the head of a section");
        switch (type) {
        case format::section::start: return open();
        case format::section::part:
        case format::section::end: {
            const auto id = input_.template number<std::uint32_t>();
            if (!input_.ok()) return std::unexpected(input_.error());
            const auto found = std::ranges::find(open_, id, &Open::id);
            if (found == open_.end())
                return fail("the stream goes on with section ", id, " at byte ", input_.position(),
                            ", which it did not start");
            return *found;
        }
        case format::section::full: {
            const auto id = input_.template number<std::uint32_t>();
            const std::string name = printable(input_.name());
            if (!input_.ok()) return std::unexpected(input_.error());
            return fail("the stream has the state of device ", name, " (section ", id,
                        ") before the end of its RAM: QEMU writes RAM first, so the stream is damaged");
        }
        case format::section::command:
            return fail("the stream has a command at byte ", input_.position(),
                        ": it was written with capability postcopy-ram or the like, for a QEMU that answers; "
                        "write it with default capabilities");
        case format::section::end_of_file:
            return fail("the stream ends without the end of its RAM: the migration was cancelled or failed");
        default:
            return fail("the stream has a section of unknown kind ", GuestAddress{type}, " at byte ",
                        input_.position());
        }
    }

    Expected<Open> open() {
        const auto id = input_.template number<std::uint32_t>();
        const std::string name = input_.name();
        const auto instance = input_.template number<std::uint32_t>();
        const auto version = input_.template number<std::uint32_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        const auto kind = live_section(name);
        if (!kind) return std::unexpected(kind.error());
        if (*kind == LiveSection::ram && (instance != 0 || version != format::ram_version))
            return fail("the stream has RAM of version ", version, ", instance ", instance,
                        "; QEMU 0.13 to 7.2 write ", "version ", format::ram_version, ", instance 0");
        if (std::ranges::any_of(open_,
                                [&](const Open& other) { return other.id == id || other.kind == *kind; }))
            return fail("the stream starts section ", id, ", ", printable(name), ", twice");
        open_.push_back({id, *kind});
        return open_[open_.size() - 1];
    }

    Expected<void> read_payload(const Open& section, std::uint8_t type) {
        if (section.kind == LiveSection::ram) return ram_.read_payload();
        input_.reading("a section beside the RAM");
        if (section.kind == LiveSection::storage_attributes)
            skip_storage_attributes(input_);
        else
            skip_hash_table(input_, type == format::section::start);
        if (!input_.ok()) return std::unexpected(input_.error());
        return {};
    }

    Expected<void> read_footer(std::uint32_t id) {
        input_.reading("the end of a section");
        const auto type = input_.template number<std::uint8_t>();
        const auto ended = input_.template number<std::uint32_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        if (type != format::section::footer || ended != id)
            return fail("section ", id, " of the stream does not end where it should, at byte ",
                        input_.position() - 5, ": it is damaged, or counts in pages of another size");
        return {};
    }

    Input& input_;
    const StreamHead& head_;
    RamSection<Input, Sink> ram_;
    StaticVector<Open, 3> open_;  // one of each kind
};

}  // namespace detail

/// Reads everything up to the end of the RAM into `sink`. Fails at the first thing that no stream has.
template <class Input, PageSink Sink>
Expected<void> walk_to_ram_end(Input& input, const StreamHead& head, Bytes page, Sink& sink) {
    return detail::Walk<Input, Sink>(input, head, page, sink).run();
}

}  // namespace wirewrap::qemu
