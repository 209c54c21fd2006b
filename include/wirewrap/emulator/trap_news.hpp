// Which harts trap for ever, and whether that has been told: once for each time that one is lost.
//
//     TrapNews<harts> news;
//     if (news.tell(stopped, present, [&](std::size_t i) { return watches[i].found(); }) && …) return stopped;
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap {

template <std::size_t Harts>
class TrapNews {
public:
    /// `found(i)` is where hart i traps, of the first `present` ones. True: one was not told before.
    bool tell(Stopped& stopped, std::size_t present, auto found) {
        bool fresh = false;
        stopped.trapping.reset();  // whoever was lost before may have been helped
        for (std::size_t i = 0; i != present; ++i) {
            const std::optional<TrapLoop>& loop = found(i);
            if (loop) {
                stopped.trapping = loop;
                stopped.trapping->hart = i;
            }
            fresh = fresh || (loop && !told_[i]);
            told_[i] = loop.has_value();
        }
        return fresh;
    }

private:
    std::array<bool, Harts> told_{};
};

}  // namespace wirewrap
