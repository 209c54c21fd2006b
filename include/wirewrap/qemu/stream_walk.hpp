// The way through a stream up to the end of its RAM: sections in order, each with the number that its START gave it,
// and either each ended by a footer with the same number, or none. What follows the RAM, the state of devices, carries no length; nobody
// goes there.
//
//     auto walked = walk_to_ram_end(input, head, 4_KiB, sink);       // after read_head
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/qemu/live_section.hpp>
#include <wirewrap/qemu/ram_section.hpp>
#include <wirewrap/qemu/stream_command.hpp>
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
        : input_(input), head_(head), ram_(input, page, head.mapped_ram, sink) {}

    /// The number of bytes up to the end of the RAM.
    Expected<std::uint64_t> run() {
        std::uint8_t type = head_.next;
        for (;;) {
            if (!input_.ok()) return std::unexpected(input_.error());
            const std::uint64_t begin = input_.position() - 1;
            if (type == format::section::command) {
                if (auto read = read_command(input_); !read) return std::unexpected(read.error());
            } else {
                const auto section = enter(type);
                if (!section) return std::unexpected(section.error());
                if (section->kind == LiveSection::device) return begin;
                if (auto read = read_payload(*section, type); !read) return std::unexpected(read.error());
                if (!footers_) {
                    const auto next = find_out_about_footers(section->id);
                    if (!next) return std::unexpected(next.error());
                    if (*next) {
                        type = **next;
                        continue;
                    }
                } else if (*footers_) {
                    if (auto ended = read_footer(section->id); !ended) return std::unexpected(ended.error());
                }
                if (section->kind == LiveSection::ram && type == format::section::end)
                    return input_.position();
            }
            input_.reading("the sections before the end of the RAM");
            type = input_.template number<std::uint8_t>();
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
            if (is_plugged_memory(name)) return open_plugged_memory(id, name);
            // A background snapshot has no END: it sends each page once, and then the devices.
            if (started_ram()) return Open{id, LiveSection::device};
            return fail("the stream has the state of device ", name, " (section ", id,
                        ") before its RAM; it carries no length, and of devices only virtio-mem is known to "
                        "be there: "
                        "save the guest without the device");
        }
        case format::section::end_of_file:
            return fail("the stream ends without the end of its RAM: the migration was cancelled or failed");
        case format::section::footer:
            return fail("a section of the stream ends with a footer at byte ", input_.position() - 1,
                        ", and those before it ended without: it is damaged");
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
                        "; QEMU 0.13 to 11.1 write ", "version ", format::ram_version, ", instance 0");
        if (std::ranges::any_of(open_,
                                [&](const Open& other) { return other.id == id || other.kind == *kind; }))
            return fail("the stream starts section ", id, ", ", printable(name), ", twice");
        open_.push_back({id, *kind});
        return open_[open_.size() - 1];
    }

    Expected<Open> open_plugged_memory(std::uint32_t id, std::string_view name) {
        input_.skip(4);  // instance
        const auto version = input_.template number<std::uint32_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        if (version == 1) return Open{id, LiveSection::plugged_memory};
        return fail("the stream has ", name, " of version ", version,
                    ", which carries no length, and only 1 is known here: save the guest without virtio-mem");
    }

    Expected<void> read_payload(const Open& section, std::uint8_t type) {
        if (section.kind == LiveSection::ram) return ram_.read_payload();
        input_.reading("a section beside the RAM");
        if (section.kind == LiveSection::plugged_memory) return skip_plugged_memory(input_);
        if (section.kind == LiveSection::storage_attributes)
            skip_storage_attributes(input_);
        else
            skip_hash_table(input_, type == format::section::start);
        if (!input_.ok()) return std::unexpected(input_.error());
        return {};
    }

    bool started_ram() const {
        return std::ranges::find(open_, LiveSection::ram, &Open::kind) != open_.end();
    }

    /// Nothing in a stream says whether its sections end with footers: the first one shows it, because no section begins
    /// with a footer's byte. Gives the byte that the next section begins with where it was read to find out.
    Expected<std::optional<std::uint8_t>> find_out_about_footers(std::uint32_t id) {
        input_.reading("the end of a section");
        const auto type = input_.template number<std::uint8_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        using namespace format::section;
        footers_ = type == footer;
        if (*footers_) {
            if (auto ended = read_footer_id(id); !ended) return std::unexpected(ended.error());
            return std::nullopt;
        }
        if (type != start && type != part && type != end && type != full && type != command)
            return ends_elsewhere(id, 1);
        return type;
    }
    Expected<void> read_footer(std::uint32_t id) {
        input_.reading("the end of a section");
        const auto type = input_.template number<std::uint8_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        if (type != format::section::footer) return ends_elsewhere(id, 1);
        return read_footer_id(id);
    }
    Expected<void> read_footer_id(std::uint32_t id) {
        const auto ended = input_.template number<std::uint32_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        if (ended != id) return ends_elsewhere(id, 5);
        return {};
    }
    std::unexpected<Error> ends_elsewhere(std::uint32_t id, unsigned bytes_ago) const {
        return fail("section ", id, " of the stream does not end where it should, at byte ",
                    input_.position() - bytes_ago, ": it is damaged, or counts in pages of another size");
    }

    Input& input_;
    const StreamHead& head_;
    RamSection<Input, Sink> ram_;
    StaticVector<Open, 3> open_;  // one of each kind
    std::optional<bool> footers_;
};

}  // namespace detail

/// Reads everything up to the end of the RAM into `sink`; gives the number of bytes up to there. Fails at the first thing
/// that no stream has. Whether every page came is for the sink to say.
template <class Input, PageSink Sink>
Expected<std::uint64_t> walk_to_ram_end(Input& input, const StreamHead& head, Bytes page, Sink& sink) {
    return detail::Walk<Input, Sink>(input, head, page, sink).run();
}

}  // namespace wirewrap::qemu
