// The Goldfish real-time clock: nanoseconds since 1970 with an alarm. The host says what time it is.
//
//     GoldfishRtc rtc;
//     rtc.wall_clock(1'700'000'000'000'000'000);                     // the host's clock, ns since 1970-01-01 UTC
//     std::uint64_t low = rtc.read<std::uint32_t>(0x00);             // also keeps the high half for the next read
//     std::uint64_t now = low | std::uint64_t{rtc.read<std::uint32_t>(0x04)} << 32;
//
//     0x00  TIME_LOW         read: low half, and latches the high one;  write: sets the time
//     0x04  TIME_HIGH        read: the latched half;                    write: sets the time
//     0x08  ALARM_LOW        write: arms the alarm with ALARM_HIGH
//     0x0c  ALARM_HIGH       written before ALARM_LOW
//     0x10  IRQ_ENABLED      bit 0
//     0x14  CLEAR_ALARM      write: disarms
//     0x18  ALARM_STATUS     read: 1 while armed
//     0x1c  CLEAR_INTERRUPT  write: lowers the pin
//
// Source: Android emulator, GOLDFISH-VIRTUAL-HARDWARE.TXT, "Goldfish real-time clock"; the registers from 0x10 on and
// 32-bit accesses as in QEMU 7.2, hw/rtc/goldfish_rtc.c.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>

namespace wirewrap {

class GoldfishRtc {
public:
    static constexpr Bytes registers{0x24};
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"irq"}};
    static constexpr std::array register_map{
        reg::rw("time_low", 0x00, 4, "nanoseconds, low half; a read latches the high one"),
        reg::rw("time_high", 0x04, 4, "the latched half"),
        reg::rw("alarm_low", 0x08, 4, "a write arms the alarm"),
        reg::rw("alarm_high", 0x0c, 4, "written before alarm_low"),
        reg::rw("irq_enabled", 0x10, 4, "bit 0"),
        reg::wo("clear_alarm", 0x14, 4, "disarms"),
        reg::ro("alarm_status", 0x18, 4, "1 while armed"),
        reg::wo("clear_interrupt", 0x1c, 4, "lowers the pin"),
    };

    template <AccessWord T>
    T read(std::uint64_t offset) {
        switch (offset) {
        case time_low:
            latched_high_ = static_cast<std::uint32_t>(time() >> 32);
            return static_cast<T>(time());
        case time_high: return static_cast<T>(latched_high_);
        case alarm_low: return static_cast<T>(alarm_);
        case alarm_high: return static_cast<T>(alarm_ >> 32);
        case irq_enabled: return static_cast<T>(enabled_);
        case alarm_status: return static_cast<T>(armed_);
        default: return 0;
        }
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        const auto word = static_cast<std::uint32_t>(value);
        switch (offset) {
        case time_low: set_time(with_low(time(), word)); return;
        case time_high: set_time(with_high(time(), word)); return;
        case alarm_low:
            alarm_ = with_low(alarm_, word);
            armed_ = true;
            ring_when_due();
            return;
        case alarm_high: alarm_ = with_high(alarm_, word); return;
        case irq_enabled: enabled_ = (word & 1) != 0; return;
        case clear_alarm: armed_ = false; return;
        case clear_interrupt: ringing_ = false; return;
        default: return;
        }
    }

    bool output(std::size_t) const { return ringing_ && enabled_; }

    /// The host's clock, in nanoseconds since 1970-01-01 00:00 UTC. The alarm rings when this reaches it.
    void wall_clock(std::uint64_t now) {
        now_ = now;
        ring_when_due();
    }
    /// What the guest reads: the host's clock, shifted when the guest has set the time.
    std::uint64_t time() const { return now_ + offset_; }
    /// The host's clock at which the alarm will ring; all ones: never.
    std::uint64_t alarm_due() const { return armed_ ? alarm_ - offset_ : ~std::uint64_t{0}; }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("now", now_);
        archive.field("offset", offset_);
        archive.field("alarm", alarm_);
        archive.field("latched_high", latched_high_);
        archive.field("armed", armed_);
        archive.field("enabled", enabled_);
        archive.field("ringing", ringing_);
    }

    /// The clock goes on as it was set; only the alarm is forgotten.
    void reset() {
        alarm_ = 0;
        armed_ = enabled_ = ringing_ = false;
    }

private:
    static constexpr std::uint64_t time_low = 0x00, time_high = 0x04, alarm_low = 0x08, alarm_high = 0x0c;
    static constexpr std::uint64_t irq_enabled = 0x10, clear_alarm = 0x14, alarm_status = 0x18;
    static constexpr std::uint64_t clear_interrupt = 0x1c;

    static std::uint64_t with_low(std::uint64_t value, std::uint32_t word) {
        return value >> 32 << 32 | word;
    }
    static std::uint64_t with_high(std::uint64_t value, std::uint32_t word) {
        return static_cast<std::uint32_t>(value) | std::uint64_t{word} << 32;
    }
    void set_time(std::uint64_t time) {
        offset_ = time - now_;
        ring_when_due();
    }
    void ring_when_due() {
        if (!armed_ || time() < alarm_) return;
        armed_ = false;
        ringing_ = true;
    }

    std::uint64_t now_ = 0;     // the host's clock
    std::uint64_t offset_ = 0;  // the guest's clock - now_
    std::uint64_t alarm_ = 0;
    std::uint32_t latched_high_ = 0;
    bool armed_ = false, enabled_ = false, ringing_ = false;
};

}  // namespace wirewrap
