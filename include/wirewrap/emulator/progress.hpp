// How far a run has come beside its machine, its harts and its clock: how many of the harts there are, whose turn it is and
// how much of it is left, and what typing waits for. A run that ends in the middle of a turn leaves the rest to the next one, so
// what a guest computes does not depend on how its run was cut; and it belongs to what is saved.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <tuple>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/language.hpp>

namespace wirewrap {

struct Turn {
    /// Overtime comes in pieces.
    static constexpr std::uint64_t piece = 64;

    std::uint64_t hart = 0;
    std::uint64_t left = 0;  // instructions, overtime among them; 0: the hart has not begun

    bool begun() const { return left != 0; }
    /// `overtime`, whole pieces, is for a hart in firmware that should not be cut there. A slice may be as long as numbers go.
    void begin(std::uint64_t slice, std::uint64_t overtime) {
        left = slice + std::min(overtime, std::numeric_limits<std::uint64_t>::max() - slice);
    }
    /// Instructions until it is to be asked whether the turn is over: the same ones, however a run is cut.
    std::uint64_t until_asked(std::uint64_t overtime) const {
        return left > overtime ? left - overtime : left - (left - 1) / piece * piece;
    }
    bool over(std::uint64_t overtime, bool in_firmware) const {
        return left == 0 || (left <= overtime && left % piece == 0 && !in_firmware);
    }
    void pass_on(std::size_t harts) {
        hart = hart + 1 < harts ? hart + 1 : 0;
        left = 0;
    }
};

/// A copy of it; `Lines` are the serial lines of the machine.
template <class Lines, std::size_t Harts>
struct LoopProgress {
    Turn turn{};
    std::uint64_t executed = 0;  // instructions of all runs
    typename Lines::State typing{};
    std::uint64_t harts = Harts;  // that are there, of those that the board can have

    /// Whether a loop can go on from there.
    Expected<void> possible(std::string_view board) const {
        if (harts == 0 || harts > Harts)
            return fail("there cannot be ", harts, " harts: ", board, " has 1 to ", Harts);
        if (turn.hart >= harts)
            return fail("it cannot be the turn of hart ", turn.hart, ": the last of ", board, " is ",
                        harts - 1);
        return {};
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("turn", turn.hart);
        archive.field("left", turn.left);
        archive.field("executed", executed);
        if constexpr (std::tuple_size_v<typename Lines::State> != 0) archive.group("typing", typing);
        if constexpr (Harts > 1) {
            archive.field("harts", harts, std::uint64_t{Harts});
            archive.require(harts != 0, "it has no hart");
        }
        archive.require(turn.hart < harts, "it is the turn of a hart that there is not");
    }
};

}  // namespace wirewrap
