// Whether a hart comes back to the very state that it was in, with traps between: then it does so for ever, whatever mode it is in
// and whatever its handler is made of.
//
//     RepeatedState<Hart> repeated;
//     repeated.before(hart);                         // an instruction, which is executed alone
//     repeated.retired(), repeated.trapped(hart, trap);
//     if (repeated.for_ever()) return repeated.first();
//
// Nothing is said of a guest that goes on behind a trap, be it in a circle: one that asks its firmware for a key does. Nor is anything
// known of a hart that an interrupt may help, that looks at what others may change (devices, time, memory that it has
// not stored to itself meanwhile), or that cannot tell what it touches. A store that changes memory begins anew.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include <wirewrap/emulator/trap_loop.hpp>
#include <wirewrap/emulator/trap_places.hpp>

namespace wirewrap {

namespace detail {

/// An archive that makes a number of all that a hart has, but for what it counts.
class StateNumber {
public:
    static constexpr bool loading = false;

    std::uint64_t value() const { return value_; }

    template <class T>
    void field(std::string_view name, const T& value, auto...) {
        if (name == "retired" || name == "reserved_for") return;
        if constexpr (requires { value.begin(); })
            for (const auto& each : value) add(static_cast<std::uint64_t>(each));
        else
            add(static_cast<std::uint64_t>(value));
    }
    template <class T>
    void group(std::string_view, T& part) {
        if constexpr (requires { part.begin(); })
            for (auto& each : part) each.state(*this);
        else
            part.state(*this);
    }
    void require(bool, std::string_view) {}

    void add(std::uint64_t value) {
        value_ = (value_ ^ value) * 0x9e37'79b9'7f4a'7c15;
        value_ ^= value_ >> 32;
    }

private:
    std::uint64_t value_ = 0;
};

/// Harts that can be compared, and can tell what they are about to touch.
template <class H>
concept TellsTouches = requires(const H& hart, StateNumber& number) {
    hart.next_touch().kind;
    hart.state().state(number);
};

}  // namespace detail

template <class H>
class RepeatedState {
public:
    void before(const H&) {}
    void retired() {}
    void trapped(const H&, const TrapLoop&) {}
    bool for_ever() const { return false; }
    TrapLoop first() const { return {}; }
};

template <detail::TellsTouches H>
class RepeatedState<H> {
public:
    void before(const H& hart) {
        if (hopeless_) return;
        hopeless_ = interruptible(hart);
        if (!hopeless_) next_ = hart.next_touch();
    }
    /// The instruction did not trap.
    void retired() {
        if (hopeless_) return;
        hopeless_ = std::exchange(returned_, next_.kind == Touch::Kind::back);
        if (returned_ || next_.kind == Touch::Kind::nothing) return;
        const auto end = stored_.begin() + static_cast<std::ptrdiff_t>(stores_);
        const auto known = std::find_if(stored_.begin(), end, [&](const Touch& store) {
            return store.address == next_.address && store.width == next_.width;
        });
        if (next_.kind == Touch::Kind::load) {
            hopeless_ = known == end;
        } else if (next_.kind == Touch::Kind::store) {
            if (known == end) {
                hopeless_ = stores_ == most_stores;
                if (!hopeless_) stored_[stores_++] = next_;
            }
            if (next_.changes) {
                hopeless_ = hopeless_ || ++changes_ == most_changes;
                seen_ = rounds_ = 0;
            }
        } else {
            hopeless_ = true;
        }
    }
    void trapped(const H& hart, const TrapLoop& trap) {
        if (hopeless_) return;
        returned_ = false;
        detail::StateNumber number;
        auto state = hart.state();
        state.state(number);
        const std::size_t known = std::min<std::size_t>(seen_, TrapPlaces::most);
        std::size_t ago = 1;
        while (ago <= known && at(seen_ - ago).state != number.value()) ++ago;
        rounds_ = ago <= known ? rounds_ + 1 : 0;
        period_ = ago;
        at(seen_++) = {trap, number.value()};
    }
    bool for_ever() const { return rounds_ >= enough_rounds; }
    /// Of the places that trap in turn.
    TrapLoop first() const {
        TrapPlaces places;
        for (std::size_t ago = 1; ago <= period_; ++ago) places.add(at(seen_ - ago).trap, 0);
        return places.first();
    }

private:
    using Touch = decltype(std::declval<const H&>().next_touch());
    static constexpr std::uint16_t mie = 0x304, mstatus = 0x300;
    static constexpr unsigned machine = 3;
    static constexpr std::size_t most_stores = 64;      // what handlers save
    static constexpr std::uint64_t most_changes = 256;  // until what they save is there already
    static constexpr std::uint64_t enough_rounds = 16;  // that were the same

    static bool interruptible(const H& hart) {
        if (hart.csr(mie).value_or(0) == 0) return false;
        return static_cast<unsigned>(hart.privilege()) != machine || (hart.csr(mstatus).value_or(0) & 8) != 0;
    }

    struct Seen {
        TrapLoop trap{};
        std::uint64_t state = 0;
    };
    Seen& at(std::uint64_t number) { return ring_[number % ring_.size()]; }
    const Seen& at(std::uint64_t number) const { return ring_[number % ring_.size()]; }

    Touch next_{};
    std::array<Touch, most_stores> stored_{};
    std::size_t stores_ = 0;
    std::array<Seen, TrapPlaces::most> ring_{};
    std::uint64_t seen_ = 0, rounds_ = 0, changes_ = 0;
    std::size_t period_ = 0;
    bool returned_ = false;  // from a trap, by the instruction before
    bool hopeless_ = false;
};

}  // namespace wirewrap
