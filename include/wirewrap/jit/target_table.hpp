// The targets of jumps that were found to be executable in one mode, for translated code to look up by itself.
//
//     index = target / 2 % known_targets;
//     if (table[index].target == target) goto table[index].entry;
//
// Whole addresses are compared, and each mode has a table of its own: an address has no bits to spare for anything else. An
// operating system has the table forgotten some ten thousand times while it boots, with a dozen targets in it, and single pages a
// hundred thousand times, most of which hold no code.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <wirewrap/cpu/riscv/code_page.hpp>
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
        if (known.entry == nullptr)
            used_.push_back(static_cast<std::uint16_t>(index));
        else
            --in_page(known.target);
        ++in_page(target);
        known = {target, entry};
    }
    void forget() {
        for (const std::uint16_t index : used_) table_[index] = {};
        used_.clear();
        pages_.fill(0);
    }
    /// Those in the page of 4 KiB around `address`.
    void forget(std::uint64_t address) {
        if (in_page(address) == 0) return;
        std::erase_if(used_, [&](std::uint16_t index) {
            KnownTarget& known = table_[index];
            if ((known.target ^ address) / riscv::page_size != 0) return false;
            --in_page(address);
            known = {};
            return true;
        });
    }

private:
    static_assert(known_targets <= 65535);  // so that a number of them fits, too

    /// How many there are in pages like that of `address`.
    std::uint16_t& in_page(std::uint64_t address) {
        return pages_[address / riscv::page_size % pages_.size()];
    }

    std::array<std::uint16_t, 256> pages_{};
    std::unique_ptr<KnownTarget[]> table_;
    std::vector<std::uint16_t> used_;  // entries that are not empty
};

}  // namespace wirewrap::jit
