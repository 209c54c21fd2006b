// Puts streams together by hand, right ones and wrong ones.
//
//     Stream stream;
//     stream.head("board").start_ram({{"a.ram", 8_KiB}}).page("a.ram", 0, 'x').zero(4096).end().footer(2).end_ram();
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/qemu/stream_format.hpp>

namespace wirewrap::test {

struct Stream {
    std::string bytes;

    std::span<const std::byte> span() const { return std::as_bytes(std::span(bytes)); }

    template <class T>
    Stream& number(T value) {
        for (std::size_t i = sizeof(T); i-- != 0;) bytes.push_back(static_cast<char>(value >> (8 * i)));
        return *this;
    }
    Stream& byte(unsigned value) { return number(static_cast<std::uint8_t>(value)); }
    Stream& u16(unsigned value) { return number(static_cast<std::uint16_t>(value)); }
    Stream& u32(std::uint32_t value) { return number(value); }
    Stream& u64(std::uint64_t value) { return number(value); }
    Stream& text(std::string_view chars) {
        bytes += chars;
        return *this;
    }
    Stream& name(std::string_view chars) { return byte(static_cast<unsigned>(chars.size())).text(chars); }

    Stream& magic() { return u32(qemu::format::magic).u32(qemu::format::version); }
    Stream& head(std::string_view machine) {
        return magic()
            .byte(qemu::format::section::configuration)
            .u32(static_cast<std::uint32_t>(machine.size()))
            .text(machine);
    }
    Stream& start(std::uint32_t id, std::string_view section, std::uint32_t version) {
        return byte(qemu::format::section::start).u32(id).name(section).u32(0).u32(version);
    }
    Stream& blocks(const std::vector<std::pair<std::string, Bytes>>& list) {
        Bytes total{};
        for (const auto& [id, length] : list) total += length;
        u64(total.count | qemu::format::record::blocks);
        for (const auto& [id, length] : list) name(id).u64(length.count);
        return *this;
    }
    /// The configuration's list of capabilities, behind the head.
    Stream& capability(std::string_view name_of_it) {
        byte(qemu::format::section::subsection).name("configuration/capabilities").u32(1).u32(1);
        return name(name_of_it);
    }
    /// A block with places of its own: its head, bitmap and pages; what is not in `pages` stays as the file had it.
    struct Mapped {
        std::string id;
        Bytes length{};
        std::vector<std::uint64_t> bitmap{};
        std::string pages{};
    };
    /// `page`: what the list counts in. `before`: bytes of the file before the stream. `align`: of the pages.
    Stream& mapped_blocks(const std::vector<Mapped>& list, Bytes page, std::uint64_t before = 0,
                          std::size_t align = 1 << 20) {
        Bytes total{};
        for (const Mapped& block : list) total += block.length;
        u64(total.count | qemu::format::record::blocks);
        for (const Mapped& block : list) {
            name(block.id).u64(block.length.count).u32(1).u64(page.count);
            const std::size_t bitmap = bytes.size() + 16;
            const std::size_t end = bitmap + 8 * block.bitmap.size() + before;
            const std::size_t pages = (end + align - 1) / align * align - before;
            u64(bitmap + before).u64(pages + before);
            for (const std::uint64_t word : block.bitmap)
                for (unsigned i = 0; i != 8; ++i) byte(word >> 8 * i & 0xff);
            bytes.resize(pages);
            bytes += block.pages;
            bytes.resize(pages + block.length.count);
        }
        return *this;
    }
    /// The RAM's first section, with number 2 as in QEMU's streams.
    Stream& start_ram(const std::vector<std::pair<std::string, Bytes>>& list) {
        return start(2, "ram", qemu::format::ram_version).blocks(list).end().footer(2);
    }
    Stream& part(std::uint32_t id) { return byte(qemu::format::section::part).u32(id); }
    /// A page of one letter; the block of the page before when it has no name.
    Stream& page(std::string_view block, std::uint64_t offset, char letter, std::size_t size = 4096) {
        record(block, offset | qemu::format::record::page);
        bytes.append(size, letter);
        return *this;
    }
    Stream& fill(std::string_view block, std::uint64_t offset, unsigned value = 0) {
        return record(block, offset | qemu::format::record::fill).byte(value);
    }
    Stream& end() { return u64(qemu::format::record::end); }
    Stream& footer(std::uint32_t id) { return byte(qemu::format::section::footer).u32(id); }
    Stream& end_ram() { return byte(qemu::format::section::end).u32(2).end().footer(2); }

private:
    Stream& record(std::string_view block, std::uint64_t word) {
        if (block.empty()) return u64(word | qemu::format::record::same_block);
        return u64(word).name(block);
    }
};

}  // namespace wirewrap::test
