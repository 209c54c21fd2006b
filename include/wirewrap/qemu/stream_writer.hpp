// Writes a stream of QEMU's own that holds main RAM and nothing else. QEMU takes it with `-incoming`, and leaves CPUs and
// devices as they are when it starts: memory to look at, or for a guest that is begun with `-S` and a debugger.
//
//     RamStreamWriter writer(file, {.machine = "pc-i440fx-11.1", .block = "pc.ram", .size = 64_MiB, .page = 4_KiB});
//     writer.begin();
//     writer.pages(1_MiB, bytes);        // the pages that are not zero, ascending; those between them are zero
//     writer.finish();
//
// Source: migration/savevm.c and migration/ram.c of QEMU; streams of this writer were loaded by QEMU 7.2.22 and 11.1.3
// and compared with `pmemsave`.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/zeroes.hpp>
#include <wirewrap/qemu/stream_format.hpp>

namespace wirewrap::qemu {

/// A file, or what behaves like one.
template <class S>
concept ByteSink = requires(S& sink, std::span<const std::byte> bytes) {
    { sink.write(bytes) } -> std::same_as<Expected<void>>;
};

struct RamStream {
    std::string_view machine;  // QEMU's name, without its target
    std::string_view block;    // the RAM id
    Bytes size{};
    Bytes page{};            // of the target; a power of two
    bool says_page = false;  // a target whose machines choose their page (ARM) says which
};

/// Each function fails with what the sink says.
template <ByteSink Sink>
class RamStreamWriter {
public:
    RamStreamWriter(Sink& sink, const RamStream& what)
        : sink_(sink), machine_(what.machine), block_(what.block), size_(what.size), page_(what.page),
          says_page_(what.says_page) {}

    /// Machine type and list of blocks. Errors: names that the format has no room for; a size that is not of whole pages.
    Expected<void> begin() {
        if (machine_.empty() || block_.empty() || block_.size() > 255)
            return fail("a stream has names of 1 to 255 characters for machine and block, not ", machine_,
                        " and ", block_);
        if (size_ == Bytes{} || size_ % page_ != Bytes{})
            return fail("block ", block_, " has ", size_, ", and a stream has whole pages of ", page_);
        number(format::magic, 4).number(format::version, 4);
        number(format::section::configuration, 1).number(machine_.size(), 4).text(machine_);
        if (says_page_) {
            constexpr std::string_view bits = "configuration/target-page-bits";
            number(format::section::subsection, 1).number(bits.size(), 1).text(bits);
            number(1, 4).number(static_cast<std::uint64_t>(std::countr_zero(page_.count)), 4);
        }
        number(format::section::start, 1).number(section_id, 4).number(3, 1).text("ram");
        number(0, 4).number(format::ram_version, 4);
        number(size_.count | format::record::blocks, 8).name().number(size_.count, 8);
        end_section();
        number(format::section::end, 1).number(section_id, 4);
        return flush();
    }

    /// Pages from `offset` on, ascending. Errors: not behind the pages before, not whole pages, or beyond the block.
    Expected<void> pages(Bytes offset, std::span<const std::byte> bytes) {
        const Bytes size{bytes.size()};
        if (offset < done_ || offset > size_ || size > size_ - offset || offset % page_ != Bytes{} ||
            size % page_ != Bytes{})
            return fail("[", offset, ", ", offset, " + ", size, ") of block ", block_, ", which has ", size_,
                        " and is written up to ", done_, ": give whole pages of ", page_, ", ascending");
        if (auto filled = zeroes(offset); !filled) return filled;
        for (; !bytes.empty(); bytes = bytes.subspan(page_.count), done_ += page_) {
            const auto page = bytes.first(page_.count);
            const bool zero = all_zero(page);
            record(zero ? format::record::fill : format::record::page);
            if (zero)
                number(0, 1);
            else
                bytes_.insert(bytes_.end(), page.begin(), page.end());
            if (auto written = flush_if_full(); !written) return written;
        }
        return {};
    }

    /// What is left is zero.
    Expected<void> finish() {
        if (auto filled = zeroes(size_); !filled) return filled;
        end_section();
        number(format::section::end_of_file, 1);
        constexpr std::string_view description = R"({"devices": []})";
        number(format::section::description, 1).number(description.size(), 4).text(description);
        return flush();
    }

private:
    static constexpr std::uint64_t section_id = 2;  // as QEMU numbers its RAM

    Expected<void> zeroes(Bytes end) {
        for (; done_ < end; done_ += page_) {
            record(format::record::fill);
            number(0, 1);
            if (auto written = flush_if_full(); !written) return written;
        }
        return {};
    }

    void record(std::uint64_t kind) {
        number(done_.count | kind | (named_ ? format::record::same_block : 0), 8);
        if (!named_) name();
        named_ = true;
    }
    RamStreamWriter& name() { return number(block_.size(), 1).text(block_); }
    void end_section() {
        number(format::record::end, 8);
        number(format::section::footer, 1).number(section_id, 4);
    }

    // Big-endian.
    RamStreamWriter& number(std::uint64_t value, unsigned width) {
        for (unsigned byte = width; byte-- != 0;) bytes_.push_back(static_cast<std::byte>(value >> 8 * byte));
        return *this;
    }
    RamStreamWriter& text(std::string_view text) {
        const auto letters = std::as_bytes(std::span(text));
        bytes_.insert(bytes_.end(), letters.begin(), letters.end());
        return *this;
    }

    Expected<void> flush_if_full() {
        constexpr std::size_t full = 1 << 20;
        return bytes_.size() < full ? Expected<void>{} : flush();
    }
    Expected<void> flush() {
        auto written = sink_.write(bytes_);
        bytes_.clear();
        return written;
    }

    Sink& sink_;
    std::string machine_, block_;
    Bytes size_, page_;
    bool says_page_;
    Bytes done_{};
    bool named_ = false;
    std::vector<std::byte> bytes_;
};

}  // namespace wirewrap::qemu
