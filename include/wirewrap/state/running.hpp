// What a running machine is beside its memory: harts, a clock, devices, the levels of its wires, the pages its banks show.
// Each is a component with a name; saving visits them, restoring fills copies of all of them before it changes one.
//
//     Emulator<Machine<Virt, hostmem::Memfd>, riscv::Hart> emulator(machine);
//     static_assert(RunningMachine<decltype(emulator)>);
//
// | component        | is                                                                   |
// |------------------|----------------------------------------------------------------------|
// | `hart0` …        | the state of a hart, of a type of its own that is `Archivable`       |
// | `clock`          | where the time comes from                                            |
// | `machine`        | levels of wires and of interrupt inputs, time, pages shown by banks  |
// | `loop`           | how far the loop that runs it has come, where that has `progress()`  |
// | `device NAME`    | the device of a map entry                                            |
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/archive.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/machine.hpp>

namespace wirewrap::state {

/// A hart that gives its state away as a value, and takes it.
template <class H>
concept StatefulHart = requires(H& hart, const H& view) {
    { view.state() } -> Archivable;
    hart.set_state(view.state());
    hart.forget_code();
};

/// An emulator, or anything that has a machine, harts for it and a clock.
template <class E>
concept RunningMachine = requires(E& emulator, std::size_t number) {
    typename E::MachineType;
    { emulator.machine() } -> std::same_as<typename E::MachineType&>;
    { emulator.hart(number) } -> std::same_as<typename E::Hart&>;
    emulator.clock();
};

namespace detail {

template <class B>
constexpr Text devices_without_state() {
    Text names;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        [[maybe_unused]] const auto look = [&]<std::size_t J>() {
            using D = wirewrap::detail::DeviceAt<B, J>;
            if constexpr (Device<D> && !Archivable<D>) {
                if (!names.empty()) names.append(", ");
                names.append(board_regions<B>[J].name);
            }
        };
        (look.template operator()<I>(), ...);
    }(std::make_index_sequence<board_regions<B>.size()>{});
    return names;
}

template <class E>
constexpr Text state_objection() {
    using B = typename E::MachineType::BoardType;
    const Text devices = devices_without_state<B>();
    if (!devices.empty())
        return sentence(
            "a running ", board_name<B>, " cannot be saved or restored: its ", devices,
            " cannot give its state; write state(archive) for it, or save the memory of the machine only");
    if constexpr (!StatefulHart<typename E::Hart>)
        return sentence("a running ", board_name<B>, " cannot be saved or restored: its harts need state(), ",
                        "set_state() and forget_code()");
    else if constexpr (!Archivable<std::remove_cvref_t<decltype(std::declval<E&>().clock())>>)
        return sentence("a running ", board_name<B>,
                        " cannot be saved or restored: its clock needs state(archive)");
    else
        return {};
}

}  // namespace detail

/// All its parts can give their state and take it back. What cannot is named.
template <class E>
concept Restorable = RunningMachine<E> && Accepted<Says<fixed_text<&detail::state_objection<E>>()>>;

/// A copy of all components of a running machine.
template <Restorable E>
class Components {
    using Machine = typename E::MachineType;
    using B = typename Machine::BoardType;
    using HartState = decltype(std::declval<const typename E::Hart&>().state());
    using Clock = std::remove_cvref_t<decltype(std::declval<E&>().clock())>;
    using Devices = std::remove_cvref_t<decltype(std::declval<Machine&>().devices())>;
    static constexpr std::size_t harts = board_harts<B>, regions = board_regions<B>.size();
    /// Who runs the machine has a state of his own, such as whose turn it is.
    static constexpr bool has_progress = requires(E& emulator) {
        emulator.set_progress(emulator.progress());
    };
    struct NoProgress {};
    static auto progress_of(E& emulator) {
        if constexpr (has_progress)
            return emulator.progress();
        else
            return NoProgress{};
    }

public:
    explicit Components(E& emulator)
        : clock_(emulator.clock()), devices_(emulator.machine().devices()),
          banks_{emulator.machine().bank_pages(), {}}, progress_(progress_of(emulator)) {
        for (std::size_t i = 0; i != harts; ++i) harts_[i] = emulator.hart(i).state();
        for (std::size_t i = 0; i != regions; ++i) banks_.counts[i] = emulator.machine().bank_page_count(i);
    }

    /// Puts all of it into the machine it is a copy of, or another of the same type whose memory is as it was. Devices that
    /// keep their contents in a block get the block of that machine.
    void put_into(E& emulator) const {
        emulator.clock() = clock_;
        emulator.machine().select_banks(banks_.pages);
        emulator.machine().put_devices(devices_);
        for (std::size_t i = 0; i != harts; ++i) emulator.hart(i).set_state(harts_[i]);
        // It is of such an emulator, or was checked when it was read.
        if constexpr (has_progress) (void)emulator.set_progress(progress_);
    }

    /// Calls `visit(name, component)` for each, in the order of a snapshot's sections.
    template <class Visit>
    void each(Visit visit) {
        for (std::size_t i = 0; i != harts; ++i) visit(sentence("hart", i).view(), harts_[i]);
        visit("clock", clock_);
        Wiring wiring{devices_, banks_};
        visit("machine", wiring);
        if constexpr (has_progress) visit("loop", progress_);
        devices_.each([&]<std::size_t I>(auto& device) {
            visit(sentence("device ", board_regions<B>[I].name).view(), device);
        });
    }

private:
    struct Banks {
        std::array<std::uint64_t, regions> pages{}, counts{};

        template <class Archive>
        void state(Archive& archive) {
            archive.field("pages", pages);
            for (std::size_t i = 0; i != regions; ++i)
                archive.require(pages[i] < counts[i] || pages[i] == 0,
                                "a bank shows a page that its block has not");
        }
    };
    struct Wiring {
        Devices& devices;
        Banks& banks;

        template <class Archive>
        void state(Archive& archive) {
            archive.group("wires", devices);
            if constexpr (regions != 0) archive.group("banks", banks);
        }
    };

    std::array<HartState, harts> harts_{};
    Clock clock_;
    Devices devices_;
    Banks banks_;
    decltype(progress_of(std::declval<E&>())) progress_;
};

}  // namespace wirewrap::state
