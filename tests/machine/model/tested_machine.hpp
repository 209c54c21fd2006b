// A machine of any board behind the interface that the run works with.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include <boost/hana/for_each.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>

#include "devices.hpp"
#include "facts.hpp"
#include "model.hpp"

namespace model {

/// A policy that notes what it hears.
struct Recorder {
    void ram_stored(Bytes offset, std::size_t width) { reports.stored.push_back({0, offset.count, width}); }
    void block_stored(std::size_t block, Bytes offset, std::size_t width) {
        reports.stored.push_back({block, offset.count, width});
    }
    void accessed(Access access, GuestAddress address, std::size_t width) {
        reports.accessed.push_back({access, address.value, width});
    }
    Reports reports;
};

template <class B>
Facts facts_of(bool recorded) {
    Facts facts{.name = std::string(board_name<B>),
                .regions = {board_regions<B>.begin(), board_regions<B>.end()},
                .ram = {},
                .wires = {},
                .ram_size = B::ram.default_size,
                .harts = board_harts<B>,
                .order = board_byte_order<B>,
                .unmapped = board_unmapped<B>,
                .address_bits = board_address_bits<B>,
                .ports = has_ports<B>,
                .recorded = recorded};
    for (const RamWindow& window : B::ram.placement.windows(facts.ram_size)) facts.ram.push_back(window);
    for (const HartWire& wire : B::hart_wires) facts.wires.push_back(wire);
    return facts;
}

template <class B>
Devices devices_of() {
    Devices devices;
    boost::hana::for_each(board_map<B>.entries, [&](const auto& entry) {
        using D = typename std::remove_cvref_t<decltype(entry)>::device_type;
        if constexpr (Device<D>)
            devices.push_back(std::make_unique<DeviceOf<D>>());
        else
            devices.push_back(nullptr);
    });
    return devices;
}

template <class B, class... Policies>
class TestedMachine final : public Tested {
    using M = Machine<B, hostmem::Anonymous, Policies...>;
    static constexpr std::endian other = board_byte_order<B> == std::endian::little ? std::endian::big
                                                                                    : std::endian::little;

public:
    explicit TestedMachine(const Facts& facts) : facts_(facts) {
        auto made = M::create();
        if (!made) std::abort();
        machine_ = std::make_unique<M>(std::move(*made));
    }

    const Facts& facts() const override { return facts_; }
    std::vector<std::span<std::byte>> blocks() override {
        std::vector<std::span<std::byte>> blocks;
        for (const MemoryBlock& block : machine_->memory_blocks()) blocks.push_back(block.bytes);
        return blocks;
    }
    std::uint64_t digest(std::size_t entry) const override {
        std::uint64_t result = 0;
        each_device([&]<std::size_t I>() {
            if (I == entry) result = model::digest(machine_->devices().template at<I>());
        });
        return result;
    }
    std::uint64_t lines(std::size_t hart) const override { return machine_->interrupt_lines(hart); }
    std::uint64_t page(std::size_t entry) const override { return machine_->bank_pages()[entry]; }
    std::uint64_t map_version() const override { return machine_->map_version(); }
    Reports& reports() override {
        if constexpr (sizeof...(Policies) != 0) return machine_->template policy<Recorder>().reports;
        return no_reports_;
    }

    Outcome perform(const Step& step) override {
        switch (step.width) {
        case 1: return perform<std::uint8_t>(step);
        case 2: return perform<std::uint16_t>(step);
        case 4: return perform<std::uint32_t>(step);
        default: return perform<std::uint64_t>(step);
        }
    }

private:
    template <class Visit>
    static void each_device(Visit visit) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (
                [&] {
                    if constexpr (board_regions<B>[I].kind == RegionKind::device)
                        visit.template operator()<I>();
                }(),
                ...);
        }(std::make_index_sequence<board_regions<B>.size()>());
    }

    template <class T>
    static Outcome outcome(std::uint64_t address, const std::expected<T, BusFault>& got) {
        Outcome result{};
        result.fault_address = address;
        if (!got) {
            result.reason = got.error().reason;
            result.fault_address = got.error().address.value;
        } else if constexpr (!std::is_void_v<T>) {
            result.value = *got;
        }
        return result;
    }
    Place place(std::span<const std::byte> span) {
        if (span.empty()) return {};
        const auto all = blocks();
        for (std::size_t i = 0; i != all.size(); ++i)
            if (std::less_equal<>{}(all[i].data(), span.data()) &&
                std::less_equal<>{}(span.data() + span.size(), all[i].data() + all[i].size()))
                return {i, static_cast<std::uint64_t>(span.data() - all[i].data()), span.size()};
        return {~std::size_t{0}, 0, span.size()};
    }

    template <AccessWord T>
    Outcome perform(const Step& step) {
        using Kind = Step::Kind;
        M& m = *machine_;
        const GuestAddress a = at(step.address);
        const T value = static_cast<T>(step.value);
        Outcome result{};
        result.fault_address = step.address;
        switch (step.kind) {
        case Kind::load:
            return outcome(step.address, step.swapped ? m.template load<T, other>(a) : m.template load<T>(a));
        case Kind::fetch:
            return outcome(step.address,
                           step.swapped ? m.template fetch<T, other>(a) : m.template fetch<T>(a));
        case Kind::store:
            return outcome(step.address, step.swapped ? m.template store<T, other>(a, value)
                                                      : m.template store<T>(a, value));
        case Kind::peek:
            return outcome(step.address, step.swapped ? m.template peek<T, other>(a) : m.template peek<T>(a));
        case Kind::port_load:
            if constexpr (has_ports<B>) return outcome(step.address, m.ports().template load<T>(a));
            return result;
        case Kind::port_store:
            if constexpr (has_ports<B>) return outcome(step.address, m.ports().template store<T>(a, value));
            return result;
        case Kind::atomic_word: {
            std::byte* const word = m.atomic_word(a, step.width);
            if (word == nullptr) return result;
            result.place = place({word, step.width});
            for (std::size_t i = 0; i != step.width; ++i)
                word[i] = static_cast<std::byte>(step.value >> 8 * i);
            return result;
        }
        default: return whole(step);
        }
    }
    Outcome whole(const Step& step) {
        using Kind = Step::Kind;
        M& m = *machine_;
        const GuestAddress a = at(step.address);
        const Bytes size{step.size};
        Outcome result{};
        result.fault_address = step.address;
        switch (step.kind) {
        case Kind::ram_span: {
            const auto span = m.ram_span(a, size);
            result.place = place(span);
            m.give_back(span);
            return result;
        }
        case Kind::memory_span: {
            const auto span = m.memory_span(a, size);
            result.place = place(span);
            m.give_back(span);
            return result;
        }
        case Kind::memory_view: result.place = place(m.memory_view(a, size)); return result;
        case Kind::memory_extent: result.value = m.memory_extent(a, size).count; return result;
        case Kind::debug_read: {
            std::vector<std::byte> bytes(step.size);
            result = outcome(step.address, m.debug_read(a, bytes));
            if (result.reason == FaultReason::none) result.read = std::move(bytes);
            return result;
        }
        case Kind::debug_write: {
            std::vector<std::byte> bytes;
            for (std::size_t i = 0; i != step.size; ++i)
                bytes.push_back(static_cast<std::byte>(mixed(step.value + i)));
            return outcome(step.address, m.debug_write(a, bytes));
        }
        case Kind::select_bank: {
            bool done = false;
            [&]<std::size_t... I>(std::index_sequence<I...>) {
                (
                    [&] {
                        constexpr const Region& region = board_regions<B>[I];
                        using E = std::remove_cvref_t<decltype(board_map<B>.entries[boost::hana::size_c<I>])>;
                        if constexpr (region.kind == RegionKind::bank && !region.selected_by.used())
                            if (I == step.entry)
                                done = m.template select_bank<E::name>(step.value).has_value();
                    }(),
                    ...);
            }(std::make_index_sequence<board_regions<B>.size()>());
            if (!done) result.reason = FaultReason::refused;
            return result;
        }
        case Kind::poke:
            each_device([&]<std::size_t I>() {
                if (I == step.entry)
                    m.template update_entry<I>(
                        [&](auto& device) { model::poke(device, step.address, step.value); });
            });
            return result;
        case Kind::reset: m.reset(); return result;
        default: return result;
        }
    }

    const Facts& facts_;
    std::unique_ptr<M> machine_;
    Reports no_reports_;
};

}  // namespace model
