// NOR flash with the Intel command set: two 16-bit chips side by side on a 32-bit bank, as on QEMU's `virt`. Its contents
// are memory that is handed to it; reading that is an ordinary load, and writes are commands.
//
//     std::vector<std::byte> contents(0x200'0000, std::byte{0xff});
//     CfiFlash<32_MiB> flash;
//     flash.attach(contents);
//     flash.write<std::uint32_t>(0x100, 0x0040'0040);     // program word, to both chips …
//     flash.write<std::uint32_t>(0x100, 0x1234'5678);     // … what and where
//     flash.write<std::uint32_t>(0x000, 0x00ff'00ff);     // back to reading the contents
//
//     command   then                                        reads give
//     ff                                                    the contents
//     90                                                    word 0: maker, 1: device, 2 of a sector: bit 0 locked
//     98                                                    the CFI query table, "QRY" from word 0x10
//     70                                                    status
//     50                                                    the contents; clears the errors of the status
//     10, 40    a word                                      status; clears bits of the word, never sets them
//     20        d0 in the sector                            status; the sector is all ones
//     e8        count - 1, the words, d0                    status; programs up to 4 KiB in one sector
//     60        01 in the sector, or d0                     status; locks the sector, or unlocks all
//
//     status  bit 7 ready (always)   5 erase failed   4 program failed   1 sector locked;  4 and 5: wrong sequence
//
// Source: Intel StrataFlash J3 (28F128J3A) data sheet, "Command Set" and "Status Register", and JEDEC JESD68.01 for the
// query table, whose values are those of QEMU 7.2's `virt`. A command goes to both chips, so only its low byte counts.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap {

/// `Size` bytes of flash in sectors of `Sector` bytes, both over the two chips together.
template <Bytes Size, Bytes Sector = Bytes{0x4'0000}>
    requires(is_power_of_two(Size) && is_power_of_two(Sector) && Sector <= Size && Sector >= Bytes{0x1000} &&
             Size / Sector <= 0x1'0000)
class CfiFlash {
public:
    static constexpr Bytes registers = Size;
    static constexpr AccessRule access{};
    static constexpr Bytes sector_size = Sector;
    static constexpr std::size_t bank_width = 4, device_width = 2;  // bytes

    /// The memory that holds the contents: `registers` bytes, which must outlive the flash, in the byte order of the bus.
    /// What lies past a shorter one reads as erased and cannot be programmed.
    void attach(std::span<std::byte> contents, std::endian order = std::endian::little) {
        contents_ = contents.first(std::min<std::size_t>(contents.size(), Size.count));
        big_ = order == std::endian::big;
    }
    /// In array mode the flash is memory to whoever reads: any width, unaligned, instructions too.
    bool reads_memory() const { return mode_ == Mode::contents && contents_.size() == Size.count; }

    template <AccessWord T>
    T read(std::uint64_t offset) {
        if (mode_ == Mode::contents) [[likely]]
            return contents_at<T>(offset);
        if constexpr (sizeof(T) == 8) {
            const std::uint64_t first = response(offset), second = response(offset + 4);
            return big_ ? first << 32 | second : first | second << 32;
        } else {
            const std::uint64_t lane = offset % bank_width;
            return static_cast<T>(response(offset) >> 8 * (big_ ? bank_width - sizeof(T) - lane : lane));
        }
    }

    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        if constexpr (sizeof(T) == 8) {  // two cycles on a bank of 32 bits
            write(offset, static_cast<std::uint32_t>(big_ ? value >> 32 : value));
            write(offset + 4, static_cast<std::uint32_t>(big_ ? value : value >> 32));
        } else {
            cycle(offset, value, sizeof(T));
        }
    }

    /// Which bytes of the contents were programmed or erased since this was last called.
    struct Stored {
        Bytes offset{};
        Bytes size{};
    };
    Stored take_stored() {
        const Stored range{Bytes{stored_first_}, Bytes{stored_end_ - stored_first_}};
        stored_first_ = stored_end_ = 0;
        return range;
    }

    /// Without the contents, which are a memory block.
    template <class Archive>
    void state(Archive& archive) {
        archive.field("mode", mode_, Mode::query);
        archive.field("expected", expected_, Expect::confirmation);
        archive.field("status", status_);
        archive.field("locks", locks_);
        archive.field("buffer_sector", buffer_sector_, sectors - 1);
        archive.field("buffered", buffered_, buffer_.size());
        archive.field("words_left", words_left_, buffer_.size());
        std::array<std::uint32_t, buffer_size / bank_width> offsets{}, values{};
        std::array<std::uint8_t, buffer_size / bank_width> widths{};
        for (std::size_t i = 0; i != buffered_ && i != buffer_.size(); ++i) {
            offsets[i] = buffer_[i].offset;
            values[i] = buffer_[i].value;
            widths[i] = buffer_[i].width;
        }
        archive.field("offsets", offsets, static_cast<std::uint32_t>(Sector.count - 1));
        archive.field("values", values);
        archive.field("widths", widths, static_cast<std::uint8_t>(bank_width));
        archive.require(buffered_ + words_left_ <= buffer_.size(),
                        "more words are announced than the buffer holds");
        archive.require(expected_ != Expect::words || words_left_ != 0,
                        "words are awaited, and none is left");
        if constexpr (Archive::loading)
            for (std::size_t i = 0; i != buffer_.size(); ++i) buffer_[i] = {offsets[i], values[i], widths[i]};
    }

    /// Power-on state; contents and locks are not volatile and stay.
    void reset() {
        mode_ = Mode::contents;
        expected_ = Expect::command;
        status_ = ready;
    }

private:
    enum class Mode : std::uint8_t { contents, status, identification, query };
    enum class Expect : std::uint8_t { command, word, erase, lock, count, words, confirmation };
    static constexpr std::size_t sectors = Size / Sector;
    static constexpr std::size_t buffer_size = 0x1000;  // 2^11 bytes a chip, word 0x2a of the table
    static constexpr std::uint8_t ready = 0x80, erase_failed = 0x20, program_failed = 0x10, locked = 0x02;

    static std::size_t sector_of(std::uint64_t offset) { return offset / Sector.count; }

    /// JESD68.01: identification, voltages and times, geometry, primary extended table. Sizes are those of one chip.
    static constexpr std::array<std::uint8_t, 0x40> query_table = [] {
        constexpr std::uint64_t sector = Sector.count / 2, last = sectors - 1;
        std::array<std::uint8_t, 0x40> table{};
        const auto put = [&](std::size_t at, std::initializer_list<std::uint64_t> bytes) {
            for (const std::uint64_t byte : bytes) table[at++] = static_cast<std::uint8_t>(byte);
        };
        put(0x10, {'Q', 'R', 'Y', 0x01, 0x00, 0x31, 0x00});  // command set 1: Intel; extended table at 0x31
        put(0x1b, {0x45, 0x55, 0x00, 0x00});                 // 4.5 V to 5.5 V, no programming voltage
        put(0x1f, {0x07, 0x07, 0x0a, 0x00});                 // typical times, powers of two
        put(0x23, {0x04, 0x04, 0x04, 0x00});  // longest times, as multiples of the typical ones
        put(0x27, {static_cast<std::uint64_t>(std::countr_zero(Size.count / 2)), 0x02,
                   0x00});  // 8 and 16 bits wide
        put(0x2a, {static_cast<std::uint64_t>(std::countr_zero(buffer_size / 2)), 0x00});
        put(0x2c, {0x01, last, last >> 8, sector >> 8, sector >> 16});  // one region of equal sectors
        put(0x31, {'P', 'R', 'I', '1', '0'});
        table[0x3f] = 0x01;  // protection fields
        return table;
    }();

    template <AccessWord T>
    T contents_at(std::uint64_t offset) const {
        if (offset + sizeof(T) > contents_.size()) return static_cast<T>(~T{0});
        const std::byte* const from = contents_.data() + offset;
        return big_ ? read_memory<T, std::endian::big>(from) : read_memory<T, std::endian::little>(from);
    }

    /// What each chip answers at `offset`, on its 16 bits of the bank.
    std::uint32_t response(std::uint64_t offset) const {
        const std::uint64_t word = offset / bank_width;
        std::uint32_t chip = 0;
        if (mode_ == Mode::status) {
            chip = status_;
        } else if (mode_ == Mode::query) {
            chip = word < query_table.size() ? query_table[word] : 0;
        } else {
            const std::uint64_t place = word % (Sector.count / bank_width);
            if (place == 0) chip = 0x89;  // Intel
            if (place == 1) chip = 0x18;  // 128 Mbit, as QEMU's `virt` has it for every size
            if (place == 2) chip = locks_[sector_of(offset)] ? 1 : 0;
        }
        return chip | chip << 16;
    }

    void show(Mode mode) {
        mode_ = mode;
        expected_ = Expect::command;
    }
    void fail(std::uint8_t errors) {
        status_ |= errors;
        show(Mode::status);
    }
    void await(Expect next) {
        mode_ = Mode::status;
        expected_ = next;
    }

    void cycle(std::uint64_t offset, std::uint32_t value, std::size_t width) {
        const auto low = static_cast<std::uint8_t>(value);
        switch (expected_) {
        case Expect::command: command(offset, low); return;
        case Expect::word: program(offset, value, width); return;
        case Expect::erase:
            if (low != 0xd0) return fail(erase_failed | program_failed);
            erase(sector_of(offset));
            return;
        case Expect::lock:
            if (low == 0x01)
                locks_[sector_of(offset)] = true;
            else if (low == 0xd0)
                locks_.fill(false);
            else
                return fail(erase_failed | program_failed);
            show(Mode::status);
            return;
        case Expect::count:
            words_left_ = (value & 0xffff) + 1;
            if (words_left_ > buffer_size / bank_width) return fail(erase_failed | program_failed);
            buffered_ = 0;
            await(Expect::words);
            return;
        case Expect::words:
            if (sector_of(offset) != buffer_sector_) return fail(erase_failed | program_failed);
            buffer_[buffered_++] = {static_cast<std::uint32_t>(offset % Sector.count), value,
                                    static_cast<std::uint8_t>(width)};
            if (--words_left_ == 0) await(Expect::confirmation);
            return;
        case Expect::confirmation:
            if (low != 0xd0) return fail(erase_failed | program_failed);
            for (std::size_t i = 0; i != buffered_; ++i)
                program(buffer_sector_ * Sector.count + buffer_[i].offset, buffer_[i].value,
                        buffer_[i].width);
            return;
        }
    }

    void command(std::uint64_t offset, std::uint8_t low) {
        switch (low) {
        case 0x10:
        case 0x40: return await(Expect::word);
        case 0x20: return await(Expect::erase);
        case 0x60: return await(Expect::lock);
        case 0xe8: buffer_sector_ = sector_of(offset); return await(Expect::count);
        case 0x70: return show(Mode::status);
        case 0x90: return show(Mode::identification);
        case 0x98: return show(Mode::query);
        case 0x50: status_ = ready; return show(Mode::contents);
        default: return show(Mode::contents);  // ff, and what drivers try to find other command sets
        }
    }

    void program(std::uint64_t offset, std::uint32_t value, std::size_t width) {
        show(Mode::status);
        if (locks_[sector_of(offset)]) return fail(program_failed | locked);
        if (offset + width > contents_.size()) return fail(program_failed);
        for (std::size_t i = 0; i != width; ++i)
            contents_[offset + i] &= static_cast<std::byte>(value >> 8 * (big_ ? width - 1 - i : i));
        note_stored(offset, width);
    }

    void erase(std::size_t sector) {
        show(Mode::status);
        if (locks_[sector]) return fail(erase_failed | locked);
        if ((sector + 1) * Sector.count > contents_.size()) return fail(erase_failed);
        std::fill_n(contents_.data() + sector * Sector.count, Sector.count, std::byte{0xff});
        note_stored(sector * Sector.count, Sector.count);
    }

    void note_stored(std::uint64_t offset, std::uint64_t size) {
        if (stored_first_ == stored_end_) stored_first_ = stored_end_ = offset;
        stored_first_ = std::min(stored_first_, offset);
        stored_end_ = std::max(stored_end_, offset + size);
    }

    struct Word {
        std::uint32_t offset = 0, value = 0;
        std::uint8_t width = 0;
    };

    std::span<std::byte> contents_;
    bool big_ = false;  // the bus's byte order
    Mode mode_ = Mode::contents;
    Expect expected_ = Expect::command;
    std::uint8_t status_ = ready;
    std::array<bool, sectors> locks_{};
    std::array<Word, buffer_size / bank_width> buffer_{};
    std::size_t buffer_sector_ = 0, buffered_ = 0, words_left_ = 0;
    std::uint64_t stored_first_ = 0, stored_end_ = 0;  // a range that covers what was stored; equal: nothing
};

}  // namespace wirewrap
