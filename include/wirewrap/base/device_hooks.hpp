// The hooks of devices: the name of each member that a machine looks at, its form as an author writes it, and whether the
// one that a type has fits, so that nothing it takes or gives is lost. See hooks.hpp.
//
//     static_assert(check::hook::Deadline::fits<Clint<2>>);
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/base/access_rule.hpp>
#include <wirewrap/base/archive.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/register_map.hpp>

namespace wirewrap::check::hook {

template <auto>
struct Constant;

/// Static data: what else has the name cannot even be asked, for g++ 12 takes a member of an object for an error there.
template <class D, class Hook>
concept HasConstant = member_kind<Hook, D>() == MemberKind::constant;

constexpr std::size_t total_length(const auto& names) {
    std::size_t sum = 0;
    for (const std::string_view name : names) sum += name.size();
    return sum;
}

struct Names {
    static constexpr int registers = 0, access = 0, read = 0, write = 0, outputs = 0, output = 0, inputs = 0,
                         input = 0, tick = 0, deadline = 0, time = 0, wall_clock = 0, alarm_due = 0,
                         wants_stop = 0, reset = 0, attach = 0, reads_memory = 0, controls = 0, control = 0,
                         wants_bus = 0, use_bus = 0, take_stored = 0, state = 0, register_map = 0;
};
struct Registers {
    WIREWRAP_MEMBER_NAME_OF(Names, registers);
    template <class D>
    static constexpr bool fits = requires {
        requires HasConstant<D, Registers>;
        { D::registers } -> std::convertible_to<Bytes>;
        typename Constant<Bytes(D::registers).count>;
    };
};
struct Rule {
    WIREWRAP_MEMBER_NAME_OF(Names, access);
    template <class D>
    static constexpr bool fits = requires {
        requires HasConstant<D, Rule>;
        { D::access } -> std::convertible_to<AccessRule>;
        typename Constant<AccessRule(D::access).aligned>;
    };
};
struct Read {
    WIREWRAP_MEMBER_NAME_OF(Names, read);
    template <class D, class T>
    static constexpr bool gives = wirewrap::detail::ReadsAlone<D, T> || wirewrap::detail::ReadsWithBus<D, T>;
    static constexpr std::string_view form = "template <AccessWord T> T read(std::uint64_t offset)";
};
struct Write {
    WIREWRAP_MEMBER_NAME_OF(Names, write);
    template <class D, class T>
    static constexpr bool gives = wirewrap::detail::WritesAlone<D, T> ||
                                  wirewrap::detail::WritesWithBus<D, T>;
    static constexpr std::string_view form =
        "template <AccessWord T> void write(std::uint64_t offset, T value)";
};
struct Outputs {
    WIREWRAP_MEMBER_NAME_OF(Names, outputs);
    static constexpr bool is_constant = true;
    template <class D>
    static constexpr bool fits = requires {
        requires HasConstant<D, Outputs>;
        { D::outputs.size() } -> std::convertible_to<std::size_t>;
        std::string_view(D::outputs[0]);
        typename Constant<total_length(D::outputs)>;
    };
    static constexpr std::string_view form = "static constexpr std::array outputs{std::string_view...}";
};
struct Output {
    WIREWRAP_MEMBER_NAME_OF(Names, output);
    static constexpr bool name_of_data = true;
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.output(std::size_t{}) } -> std::same_as<bool>;
    };
    static constexpr std::string_view form = "bool output(std::size_t pin) const";
};
struct Inputs {
    WIREWRAP_MEMBER_NAME_OF(Names, inputs);
    static constexpr bool is_constant = true;
    template <class D>
    static constexpr bool fits = requires {
        requires HasConstant<D, Inputs>;
        typename Constant<std::size_t{D::inputs}>;
        requires !std::same_as<std::remove_cvref_t<decltype(D::inputs)>, bool>;
    };
    static constexpr std::string_view form = "static constexpr std::size_t inputs";
};
struct Input {
    WIREWRAP_MEMBER_NAME_OF(Names, input);
    static constexpr bool name_of_data = true;
    template <class D>
    static constexpr bool fits = requires(D& d) {
        { d.input(std::size_t{}, bool{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void input(std::size_t line, bool level)";
};
struct Tick {
    WIREWRAP_MEMBER_NAME_OF(Names, tick);
    template <class D>
    static constexpr bool fits = requires(D& d) {
        { d.tick(std::uint64_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void tick(std::uint64_t now)";
};
struct Deadline {
    WIREWRAP_MEMBER_NAME_OF(Names, deadline);
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.deadline() } -> std::same_as<std::uint64_t>;
    };
    static constexpr std::string_view form = "std::uint64_t deadline() const";
};
struct Time {
    WIREWRAP_MEMBER_NAME_OF(Names, time);
    static constexpr bool name_of_data = true;
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.time() } -> std::same_as<std::uint64_t>;
    };
    static constexpr std::string_view form = "std::uint64_t time() const, or none";
};
struct WallClock {
    WIREWRAP_MEMBER_NAME_OF(Names, wall_clock);
    template <class D>
    static constexpr bool fits = requires(D& d) {
        { d.wall_clock(std::uint64_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void wall_clock(std::uint64_t nanoseconds)";
};
struct AlarmDue {
    WIREWRAP_MEMBER_NAME_OF(Names, alarm_due);
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.alarm_due() } -> std::same_as<std::uint64_t>;
    };
    static constexpr std::string_view form = "std::uint64_t alarm_due() const";
};
struct Stop {
    WIREWRAP_MEMBER_NAME_OF(Names, wants_stop);
    template <class D>
    static constexpr bool fits = WantsStop<D>;
    static constexpr std::string_view form = "bool wants_stop() const";
};
struct Reset {
    WIREWRAP_MEMBER_NAME_OF(Names, reset);
    template <class D>
    static constexpr bool fits = requires(D& d) {
        { d.reset() } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void reset()";
};
struct Attach {
    WIREWRAP_MEMBER_NAME_OF(Names, attach);
    template <class D>
    static constexpr bool fits = requires(D& d) {
        { d.attach(std::span<std::byte>{}) } -> std::same_as<void>;
    } || requires(D& d) {
        { d.attach(std::span<std::byte>{}, std::endian::little) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void attach(std::span<std::byte> block)";
};
struct ReadsMemory {
    WIREWRAP_MEMBER_NAME_OF(Names, reads_memory);
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.reads_memory() } -> std::same_as<bool>;
    };
    static constexpr std::string_view form = "bool reads_memory() const";
};
struct Controls {
    WIREWRAP_MEMBER_NAME_OF(Names, controls);
    static constexpr bool is_constant = true;
    template <class D>
    static constexpr bool fits = requires {
        requires HasConstant<D, Controls>;
        { D::controls.size() } -> std::convertible_to<std::size_t>;
        std::string_view(D::controls[0]);
        typename Constant<total_length(D::controls)>;
    };
    static constexpr std::string_view form = "static constexpr std::array controls{std::string_view...}";
};
struct Control {
    WIREWRAP_MEMBER_NAME_OF(Names, control);
    static constexpr bool name_of_data = true;
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.control(std::size_t{}) } -> std::same_as<std::uint64_t>;
    };
    static constexpr std::string_view form = "std::uint64_t control(std::size_t n) const";
};
struct WantsBus {
    WIREWRAP_MEMBER_NAME_OF(Names, wants_bus);
    template <class D>
    static constexpr bool fits = requires(const D& d) {
        { d.wants_bus() } -> std::same_as<bool>;
    };
    static constexpr std::string_view form = "bool wants_bus() const";
};
struct UseBus {
    WIREWRAP_MEMBER_NAME_OF(Names, use_bus);
    template <class D>
    static constexpr bool fits = requires(D& d, wirewrap::detail::ProbeBus& bus) { d.use_bus(bus); };
    static constexpr std::string_view form = "template <class Bus> void use_bus(Bus& bus)";
};
struct TakeStored {
    WIREWRAP_MEMBER_NAME_OF(Names, take_stored);
    template <class D>
    static constexpr bool fits = requires(D& d) {
        { d.take_stored().offset } -> std::convertible_to<Bytes>;
        { d.take_stored().size } -> std::convertible_to<Bytes>;
    };
    static constexpr std::string_view form = "StoredRange take_stored()";
};
struct State {
    WIREWRAP_MEMBER_NAME_OF(Names, state);
    static constexpr bool name_of_data = true;
    template <class D>
    static constexpr bool fits = requires(D& d, wirewrap::detail::ArchiveProbe& archive) {
        d.state(archive);
    };
    static constexpr std::string_view form = "template <class Archive> void state(Archive& archive)";
};

struct RegisterMap {
    WIREWRAP_MEMBER_NAME_OF(Names, register_map);
    static constexpr bool is_constant = true;
    template <class D>
    static constexpr bool fits = requires {
        requires HasConstant<D, RegisterMap>;
        std::span<const DeviceRegister>(D::register_map);
        typename Constant<std::span<const DeviceRegister>(D::register_map).size()>;
    };
    static constexpr std::string_view form = "static constexpr std::array register_map{DeviceRegister...}";
};

}  // namespace wirewrap::check::hook
