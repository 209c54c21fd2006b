// The test finisher of SiFive's test chips and QEMU's `virt`: one write ends the run or asks for a reset. The device
// remembers what the guest asked for first and wants the harts to stop behind that store; the host looks and acts.
//
//     TestFinisher finisher;
//     finisher.write<std::uint32_t>(0, 0x0003'3333);
//     finisher.finish();                            // Finish{Finish::fail, 3}
//
//     0x0   write, 16 or 32 bits   0x5555 pass: power off
//                                  0x3333 fail with the code in bits 31:16
//                                  0x7777 reset
//
// Source: QEMU 7.2, include/hw/misc/sifive_test.h (the values) and hw/misc/sifive_test.c (the widths). Other values and
// offsets do nothing; reads give 0.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>

namespace wirewrap {

/// What a guest asked for: to end with success, to end with its own code, or to start again.
struct Finish {
    enum Kind : std::uint8_t { pass, fail, reset } kind = pass;
    std::uint16_t code = 0;  // for `fail`

    friend bool operator==(const Finish&, const Finish&) = default;
};

class TestFinisher {
public:
    static constexpr Bytes registers{0x1000};
    static constexpr AccessRule access{.widths = {2, 4}};
    static constexpr std::array register_map{
        reg::wo("finish", 0x0, 4,
                "0x5555: power off; 0x3333: fail with the code in bits 31:16; 0x7777: reset"),
    };

    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        if (offset != 0) return;
        if (finish_) return;  // the power is off: nothing behind the first request counts
        const std::uint32_t word = value;
        switch (word & 0xffff) {
        case 0x5555: finish_ = Finish{Finish::pass, 0}; return;
        case 0x3333: finish_ = Finish{Finish::fail, static_cast<std::uint16_t>(word >> 16)}; return;
        case 0x7777: finish_ = Finish{Finish::reset, 0}; return;
        default: return;
        }
    }

    /// The first request since `reset()`.
    std::optional<Finish> finish() const { return finish_; }
    bool wants_stop() const { return finish_.has_value(); }
    void reset() { finish_.reset(); }

    template <class Archive>
    void state(Archive& archive) {
        bool finished = finish_.has_value();
        Finish finish = finish_.value_or(Finish{});
        archive.field("finished", finished);
        archive.field("kind", finish.kind, Finish::reset);
        archive.field("code", finish.code);
        if constexpr (Archive::loading) finish_ = finished ? std::optional(finish) : std::nullopt;
    }

private:
    std::optional<Finish> finish_;
};

}  // namespace wirewrap
