// The platform-level interrupt controller of RISC-V: takes the interrupt lines of devices, sources 1 … Sources, and
// drives one pin for each context (a hart in a privilege mode): "context0", "context1" ….
//
//     Plic<95, 2> plic;                                 // contexts of hart 0: M, then S
//     plic.write<std::uint32_t>(10 * 4, 1);             // priority of source 10
//     plic.write<std::uint32_t>(0x2080, 1 << 10);       // enabled for context 1
//     plic.input(10, true);
//     bool external = plic.output(1);                   // true
//     auto source = plic.read<std::uint32_t>(0x201004); // claim: 10
//     plic.write<std::uint32_t>(0x201004, 10);          // complete
//
//     0x000000  priority of source s         4 bytes a source     0 … 7; 0 never interrupts
//     0x001000  pending                      1 bit a source       read-only
//     0x002000  enable of context c          0x80 bytes a context, 1 bit a source
//     0x200000  context c                    0x1000 bytes a context: +0 threshold, +4 claim (read), complete (write)
//
//     line ──► gateway ──► pending ──► claim ──► in service ──► complete ──► gateway looks at the line again
//
// Source: RISC-V PLIC specification 1.0.0; 3 bits of priority and the window of 0x600000 bytes (1024 contexts) as on
// QEMU's `virt`. Contexts and sources that are not there read 0.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/device/pin_names.hpp>

namespace wirewrap {

template <std::size_t Sources, std::size_t Contexts>
    requires(Sources >= 1 && Sources <= 1023 && Contexts >= 1 && Contexts <= 1024)
class Plic {
public:
    static constexpr Bytes registers{0x60'0000};
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t sources = Sources;
    static constexpr std::size_t contexts = Contexts;
    static constexpr std::size_t inputs = Sources + 1;  // line s is source s; there is no source 0
    static constexpr auto outputs = pin_names<Contexts, "context">;
    static constexpr auto register_map = [] {
        constexpr std::size_t enable_words = inputs / 32 + (inputs % 32 != 0);
        std::array<DeviceRegister, 4 + enable_words> map{
            reg::rw("priority", 0x0, 4, "of source n: 0 to 7, 0 never interrupts").repeated(inputs),
            reg::ro("pending", 0x1000, 4, "of sources 32 n and on").repeated(enable_words),
            reg::rw("threshold", 0x20'0000, 4, "of context n").repeated(Contexts, 0x1000),
            reg::rw("claim", 0x20'0004, 4, "of context n: read to claim, write to complete")
                .repeated(Contexts, 0x1000),
        };
        for (std::size_t word = 0; word != enable_words; ++word)
            map[4 + word] = reg::rw(pin_names<enable_words, "enable">[word], 0x2000 + 4 * word, 4,
                                    "a bit a source, for context n")
                                .repeated(Contexts, 0x80);
        return map;
    }();

    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(read_word(offset));
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        write_word(offset, static_cast<std::uint32_t>(value));
    }

    /// A level-triggered source changes. Once it is pending it stays so until claimed, even when the line falls.
    void input(std::size_t source, bool level) {
        if (source == 0 || source > Sources) return;
        const std::uint32_t mask = bit(source);
        std::uint32_t& lines = lines_[source / 32];
        if (((lines & mask) != 0) == level) return;
        lines ^= mask;
        if (level) request(source);
    }
    bool output(std::size_t context) const { return raised_[context]; }
    void reset() { *this = Plic{}; }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("priority", priority_, static_cast<std::uint8_t>(max_priority));
        archive.field("lines", lines_);
        archive.field("pending", pending_);
        archive.field("in_service", in_service_);
        archive.group("context", targets_);
        if constexpr (Archive::loading) {
            for (std::size_t word = 0; word != words; ++word) {
                std::uint32_t bits = lines_[word] | pending_[word] | in_service_[word];
                for (const Target& target : targets_) bits |= target.enabled[word];
                archive.require((bits & ~existing(word)) == 0, "a bit stands for a source that is not there");
                if ((bits & ~existing(word)) != 0) return;
            }
            update();
        }
    }

private:
    static constexpr std::size_t words = Sources / 32 + 1;  // bits 0 … Sources
    static constexpr std::uint32_t max_priority = 7;
    static constexpr std::uint64_t pending_base = 0x1000, enable_base = 0x2000, context_base = 0x20'0000;
    static constexpr std::uint64_t enable_stride = 0x80, context_stride = 0x1000;

    struct Target {
        std::array<std::uint32_t, words> enabled{};
        std::uint32_t threshold = 0;

        template <class Archive>
        void state(Archive& archive) {
            archive.field("enabled", enabled);
            archive.field("threshold", threshold, max_priority);
        }
    };

    static constexpr std::uint32_t bit(std::size_t source) { return std::uint32_t{1} << source % 32; }
    /// The bits of word `word` that are sources: neither source 0 nor one past the last.
    static constexpr std::uint32_t existing(std::size_t word) {
        const std::uint32_t below = (word + 1) * 32 <= Sources + 1 ? ~0u : bit(Sources + 1) - 1;
        return word == 0 ? below & ~1u : below;
    }

    /// The gateway: a high line is pending unless a handler is at work on the source.
    void request(std::size_t source) {
        if (((lines_[source / 32] & ~in_service_[source / 32]) & bit(source)) == 0) return;
        pending_[source / 32] |= bit(source);
        update();
    }

    /// The source that `target` should handle next: highest priority, then lowest number; 0 when there is none.
    std::uint32_t best(const Target& target) const {
        std::uint32_t found = 0, priority = 0;
        for (std::size_t word = 0; word != words; ++word)
            for (std::uint32_t left = pending_[word] & target.enabled[word]; left != 0; left &= left - 1) {
                const std::size_t source = word * 32 + static_cast<std::size_t>(std::countr_zero(left));
                if (priority_[source] > priority) {
                    found = static_cast<std::uint32_t>(source);
                    priority = priority_[source];
                }
            }
        return found;
    }
    void update() {
        for (std::size_t c = 0; c != Contexts; ++c)
            raised_[c] = priority_[best(targets_[c])] > targets_[c].threshold;  // priority_[0] is 0
    }

    /// Section 9: a claim does not look at the threshold.
    std::uint32_t claim(Target& target) {
        const std::uint32_t source = best(target);
        if (source == 0) return 0;
        pending_[source / 32] &= ~bit(source);
        in_service_[source / 32] |= bit(source);
        update();
        return source;
    }
    /// Section 10: the completion of a source that is not enabled for the context is ignored.
    void complete(Target& target, std::uint32_t source) {
        if (source > Sources || (target.enabled[source / 32] & bit(source)) == 0) return;
        in_service_[source / 32] &= ~bit(source);
        request(source);
    }

    std::uint32_t read_word(std::uint64_t offset) {
        if (offset >= context_base) {
            const std::uint64_t context = (offset - context_base) / context_stride;
            const std::uint64_t place = offset % context_stride;
            if (context >= Contexts || place > 4) return 0;
            return place == 0 ? targets_[context].threshold : claim(targets_[context]);
        }
        if (offset >= enable_base) {
            const std::uint64_t context = (offset - enable_base) / enable_stride;
            const std::uint64_t word = offset % enable_stride / 4;
            return context < Contexts && word < words ? targets_[context].enabled[word] : 0;
        }
        const std::uint64_t index = offset % pending_base / 4;
        if (offset >= pending_base) return index < words ? pending_[index] : 0;
        return index <= Sources ? priority_[index] : 0;
    }

    void write_word(std::uint64_t offset, std::uint32_t value) {
        if (offset >= context_base) {
            const std::uint64_t context = (offset - context_base) / context_stride;
            const std::uint64_t place = offset % context_stride;
            if (context >= Contexts || place > 4) return;
            if (place == 4) return complete(targets_[context], value);
            targets_[context].threshold = value & max_priority;
        } else if (offset >= enable_base) {
            const std::uint64_t context = (offset - enable_base) / enable_stride;
            const std::uint64_t word = offset % enable_stride / 4;
            if (context >= Contexts || word >= words) return;
            targets_[context].enabled[word] = value & existing(word);
        } else {
            const std::uint64_t source = offset / 4;
            if (source == 0 || source > Sources) return;  // among them the pending bits, which are read-only
            priority_[source] = static_cast<std::uint8_t>(value & max_priority);
        }
        update();
    }

    std::array<std::uint8_t, Sources + 1> priority_{};
    std::array<std::uint32_t, words> lines_{}, pending_{}, in_service_{};
    std::array<Target, Contexts> targets_{};
    std::array<bool, Contexts> raised_{};
};

}  // namespace wirewrap
