// Which code was executed, and how often: counts by the address of instructions.
//
//     trace::ExecutedCode executed;
//     hart.observe(&executed);                       // one for all harts, or one each
//     hart.run(1'000'000);
//     executed.count(0x8000'0000);                   // times that the instruction there was begun
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>

#include <wirewrap/cpu/riscv/observed.hpp>

namespace wirewrap::trace {

/// Takes 8 KiB for each 4 KiB of code that is executed. A count stays at 2^32 - 1 once it is there.
class ExecutedCode {
public:
    std::uint32_t count(std::uint64_t pc) const {
        const auto page = pages_.find(pc / page_bytes);
        return page == pages_.end() ? 0 : (*page->second)[pc % page_bytes / 2];
    }
    /// The highest count of an instruction that begins in [first, end).
    std::uint32_t most(std::uint64_t first, std::uint64_t end) const {
        std::uint32_t most = 0;
        auto page = pages_.lower_bound(first / page_bytes);
        for (; page != pages_.end() && page->first * page_bytes < end; ++page) {
            const std::uint64_t base = page->first * page_bytes;
            const std::uint64_t from = std::max(first, base) - base;
            const std::uint64_t to = std::min(end - base, page_bytes);
            for (std::uint64_t at = from / 2; at < (to + 1) / 2; ++at)
                most = std::max(most, (*page->second)[at]);
        }
        return most;
    }
    bool empty() const { return pages_.empty(); }

    // ---- hooks of harts

    void executes(const riscv::NextInstruction& next) {
        const std::uint64_t number = next.pc / page_bytes;
        if (number != last_number_ || last_ == nullptr) find(number);
        std::uint32_t& count = (*last_)[next.pc % page_bytes / 2];
        if (count != std::numeric_limits<std::uint32_t>::max()) ++count;
    }

private:
    static constexpr std::uint64_t page_bytes = 4096;
    using Page = std::array<std::uint32_t, page_bytes / 2>;  // by halfword

    void find(std::uint64_t number) {
        auto& page = pages_[number];
        if (page == nullptr) page = std::make_unique<Page>();
        last_ = page.get();
        last_number_ = number;
    }

    std::map<std::uint64_t, std::unique_ptr<Page>> pages_{};
    std::uint64_t last_number_ = 0;
    Page* last_ = nullptr;
};

}  // namespace wirewrap::trace
