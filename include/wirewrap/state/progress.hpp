// How far something has come that may take long: saving, opening, restoring. Whoever wants to know gives a function, which is
// called from time to time, at the end too; the library prints nothing.
//
//     state::save(emulator, "guest.snapshot", {.progress = [](Bytes done, Bytes all) { … }});
#pragma once

#include <functional>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap::state {

/// `done` grows up to `all`, which stays the same; it is called at least every MiB or so.
using Progress = std::function<void(Bytes done, Bytes all)>;

/// Adds up what is done, and tells it to somebody who wants to know.
class ProgressCount {
public:
    ProgressCount() = default;  // nobody does
    ProgressCount(const Progress& tell, Bytes all) : tell_(tell ? &tell : nullptr), all_(all) {}

    void add(Bytes part) {
        if (tell_ == nullptr) return;
        done_ += part;
        (*tell_)(done_, all_);
    }

private:
    const Progress* tell_ = nullptr;
    Bytes done_{}, all_{};
};

}  // namespace wirewrap::state
