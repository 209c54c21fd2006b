// How to populate: with how many workers, where they run, until when, and who is told.
//
//     hostmem::StopRequest cancel;                       // cancel.make(), from any thread, gives up
//     std::move(bound).populate({.threads = 2, .place = {.cpus = {0, 1}}, .stop = &cancel});
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>

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

/// Gives up what it was given to, once it is made; from any thread. Not std::stop_token: everybody who makes a machine would
/// compile its header, for one flag.
class StopRequest {
public:
    StopRequest() = default;
    /// Made as well as soon as `other` is, which must outlive this; nullptr: no other.
    explicit StopRequest(const StopRequest* other) : other_(other) {}

    void make() { made_.store(true, std::memory_order_relaxed); }
    bool made() const {
        return made_.load(std::memory_order_relaxed) || (other_ != nullptr && other_->made());
    }

private:
    std::atomic<bool> made_{false};
    const StopRequest* other_ = nullptr;
};

/// Orders for one population; what it points to must outlive that.
struct Prealloc {
    std::optional<unsigned> threads{};  // workers; left out: one per CPU this process may use
    WorkerPlace place{};
    const StopRequest* stop = nullptr;  // asked between slices of a few megabytes
    std::atomic<std::uint64_t>* populated =
        nullptr;  // counts the bytes done so far; may be watched from any thread

    bool stops() const { return stop != nullptr && stop->made(); }
};

}  // namespace wirewrap::hostmem
