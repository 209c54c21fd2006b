// The core-local interruptor of RISC-V: a software interrupt and a timer interrupt for each hart, and the timer itself.
// Pin 2h is "msip<h>", pin 2h+1 is "mtip<h>".
//
//     Clint<1> clint;
//     clint.write<std::uint64_t>(0x4000, 1000);     // mtimecmp of hart 0
//     clint.tick(1000);                             // the platform's timer counts 1000
//     bool timer = clint.output(1);                 // true: "mtip0"
//
//     0x0000  msip      4 bytes a hart    bit 0: software interrupt
//     0x4000  mtimecmp  8 bytes a hart    timer interrupt while mtime >= mtimecmp
//     0xbff8  mtime     8 bytes           may be written
//
// Source: SiFive FU540-C000 manual v1p0, chapter 9, "Core Local Interruptor"; the values after reset are those of the
// RISC-V ACLINT specification 1.0-rc4: msip and mtime 0, mtimecmp unknown, here all ones so that nothing is pending.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/device/pin_names.hpp>

namespace wirewrap {

template <std::size_t Harts>
    requires(Harts >= 1 && Harts <= 4095)  // what fits between 0x4000 and 0xbff8
class Clint {
public:
    static constexpr Bytes registers{0x10000};
    static constexpr AccessRule access{.widths = {4, 8}};
    static constexpr std::size_t harts = Harts;
    static constexpr auto outputs = pin_names<Harts, "msip", "mtip">;
    static constexpr std::array register_map{
        reg::rw("msip", 0x0000, 4, "software interrupt of hart n: bit 0").repeated(Harts),
        reg::rw("mtimecmp", 0x4000, 8, "timer interrupt of hart n from this mtime on").repeated(Harts),
        reg::rw("mtime", 0xbff8, 8, "ticks of the timer"),
    };

    Clint() { compare_.fill(never); }

    template <AccessWord T>
    T read(std::uint64_t offset) {
        if constexpr (sizeof(T) == 8)
            return read_word(offset) | static_cast<std::uint64_t>(read_word(offset + 4)) << 32;
        else
            return static_cast<T>(read_word(offset));
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        write_word(offset, static_cast<std::uint32_t>(value));
        if constexpr (sizeof(T) == 8) write_word(offset + 4, static_cast<std::uint32_t>(value >> 32));
    }

    bool output(std::size_t pin) const {
        return pin % 2 == 0 ? software_[pin / 2] : time() >= compare_[pin / 2];
    }

    /// mtime, in ticks: what the guest reads, also as its `time` CSR.
    std::uint64_t time() const { return now_ + offset_; }

    /// The platform's timer says `now`, in ticks; it does not run backwards.
    void tick(std::uint64_t now) { now_ = now; }
    /// The value of `now` at which a timer pin next changes by itself; all ones: never.
    std::uint64_t deadline() const {
        std::uint64_t soonest = never;
        for (const std::uint64_t compare : compare_) {
            // A pin that is up goes down when mtime wraps to 0, which takes -mtime ticks.
            const std::uint64_t wait = time() < compare ? compare - time() : 0 - time();
            if (wait != 0 && wait <= never - now_) soonest = std::min(soonest, now_ + wait);
        }
        return soonest;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("now", now_);
        archive.field("offset", offset_);
        archive.field("mtimecmp", compare_);
        archive.field("msip", software_);
    }

    void reset() {
        software_.fill(false);
        compare_.fill(never);
        offset_ = 0 - now_;
    }

private:
    static constexpr std::uint64_t never = ~std::uint64_t{0};
    static constexpr std::uint64_t compare_base = 0x4000, time_base = 0xbff8;

    static std::uint32_t half(std::uint64_t value, std::uint64_t offset) {
        return static_cast<std::uint32_t>(value >> (offset % 8 * 8));
    }
    static std::uint64_t with_half(std::uint64_t value, std::uint64_t offset, std::uint32_t word) {
        const unsigned shift = static_cast<unsigned>(offset % 8 * 8);
        return (value & ~(std::uint64_t{0xffff'ffff} << shift)) | std::uint64_t{word} << shift;
    }
    static bool is_time(std::uint64_t offset) { return offset >= time_base && offset < time_base + 8; }
    static bool is_compare(std::uint64_t offset) {
        return offset >= compare_base && offset < compare_base + 8 * Harts;
    }

    std::uint32_t read_word(std::uint64_t offset) const {
        if (is_time(offset)) return half(time(), offset);
        if (is_compare(offset)) return half(compare_[(offset - compare_base) / 8], offset);
        return offset < 4 * Harts && software_[offset / 4] ? 1
                                                           : 0;  // everything else is reserved and reads 0
    }
    void write_word(std::uint64_t offset, std::uint32_t word) {
        if (is_time(offset)) {
            offset_ = with_half(time(), offset, word) - now_;
        } else if (is_compare(offset)) {
            std::uint64_t& compare = compare_[(offset - compare_base) / 8];
            compare = with_half(compare, offset, word);
        } else if (offset < 4 * Harts) {
            software_[offset / 4] = (word & 1) != 0;
        }
    }

    std::uint64_t now_ = 0;     // the platform's timer
    std::uint64_t offset_ = 0;  // mtime - now_; changes when the guest writes mtime
    std::array<std::uint64_t, Harts> compare_;
    std::array<bool, Harts> software_{};
};

}  // namespace wirewrap
