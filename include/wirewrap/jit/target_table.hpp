// The targets of jumps that were found to be executable in one mode, for translated code to look up by itself.
//
//     index = target / 2 % known_targets;
//     if (table[index].target == target) goto table[index].entry;
//
// Whole addresses are compared, and each mode has a table of its own: an address has no bits to spare for anything else. An
// operating system has the table forgotten some hundred thousand times while it boots, with a dozen targets in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <wirewrap/jit/layout.hpp>

namespace wirewrap::jit {

class TargetTable {
public:
    /// Where translated code looks.
    KnownTarget* data() {
        if (table_ == nullptr) table_ = std::make_unique<KnownTarget[]>(known_targets);
        return table_.get();
    }
    void learn(std::uint64_t target, const void* entry) {
        const std::size_t index = target / 2 % known_targets;
        KnownTarget& known = data()[index];
        if (known.entry == nullptr) used_.push_back(static_cast<std::uint16_t>(index));
        known = {target, entry};
    }
    void forget() {
        for (const std::uint16_t index : used_) table_[index] = {};
        used_.clear();
    }

private:
    static_assert(known_targets <= 65536);

    std::unique_ptr<KnownTarget[]> table_;
    std::vector<std::uint16_t> used_;  // entries that are not empty
};

}  // namespace wirewrap::jit
