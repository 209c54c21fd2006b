// How to populate: with how many workers, where they run, until when, and who is told.
//
//     std::stop_source cancel;
//     std::move(bound).populate({.threads = 2, .place = {.cpus = {0, 1}}, .stop = cancel.get_token()});
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <stop_token>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/hostmem/numa.hpp>

namespace wirewrap::hostmem {

/// CPUs of the host, 0 to 1023, as many as sched_setaffinity(2) takes without more ado (CPU_SETSIZE).
class CpuSet {
public:
    static constexpr unsigned limit = 1024;

    constexpr CpuSet() = default;
    constexpr CpuSet(std::initializer_list<unsigned> cpus) {
        for (const unsigned cpu : cpus) insert(cpu);
    }

    /// False for a number beyond the limit, which no host of this kind has.
    constexpr bool insert(unsigned cpu) {
        if (cpu >= limit) return false;
        words_[cpu / 64] |= std::uint64_t{1} << cpu % 64;
        return true;
    }
    constexpr bool contains(unsigned cpu) const {
        return cpu < limit && (words_[cpu / 64] >> cpu % 64 & 1) != 0;
    }
    constexpr bool empty() const { return *this == CpuSet{}; }
    /// "0, 1 and 3"
    constexpr Text text() const {
        std::array<unsigned, limit> members{};
        std::size_t count = 0;
        for (unsigned cpu = 0; cpu != limit; ++cpu)
            if (contains(cpu)) members[count++] = cpu;
        return listing(count, [&](std::size_t i) { return members[i]; }, " and ");
    }

    friend constexpr bool operator==(const CpuSet&, const CpuSet&) = default;

private:
    std::array<std::uint64_t, limit / 64> words_{};
};

/// Where workers run: these CPUs and those of these nodes. Left out: the CPUs of the policy's nodes, or any.
struct WorkerPlace {
    CpuSet cpus{};
    NodeSet nodes{};

    constexpr bool anywhere() const { return cpus.empty() && nodes.empty(); }
    friend constexpr bool operator==(const WorkerPlace&, const WorkerPlace&) = default;
};

/// Orders for one population.
struct Prealloc {
    std::optional<unsigned> threads{};  // workers; left out: one per CPU this process may use
    WorkerPlace place{};
    std::stop_token stop{};  // asked between slices of a few megabytes
    std::atomic<std::uint64_t>* populated =
        nullptr;  // counts the bytes done so far; may be watched from any thread
};

}  // namespace wirewrap::hostmem
