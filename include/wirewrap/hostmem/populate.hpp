// Takes every page of a range, with several workers; what comes out is memory that no later access has to wait for.
//
//     std::atomic<std::uint64_t> done;
//     populate({.what = "anonymous memory", .data = p, .size = 4_GiB, .page = 4_KiB},
//              {.threads = 2, .populated = &done});
//
// Workers take slices of 16 MiB, or of one page where pages are larger, in turn. A policy with nodes gets workers on the
// CPUs of these nodes, which clear the pages where they are. Nothing is written: content and concurrent stores survive.
#pragma once

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/host.hpp>
#include <wirewrap/hostmem/memory_limit.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/prealloc.hpp>
#include <wirewrap/hostmem/thread.hpp>

namespace wirewrap::hostmem {

/// What is to be populated: mapped, and its NUMA policy in force.
struct PagesToTake {
    std::string_view what{};  // for sentences: "anonymous memory"
    std::byte* data = nullptr;
    Bytes size{};
    Bytes page{};
    bool shared = false;  // some may be there already, taken by others who share them
    bool writable = true;
    bool kept = true;  // false: the page cache's, which the kernel can write back to make room
    NumaPolicy policy{};
};

namespace detail {

class Population {
public:
    Population(const PagesToTake& pages, const Prealloc& how)
        : pages_(pages), how_(how), page_(std::max(pages.page, os::page_size())),
          slice_(std::max(page_, Bytes{16u << 20})) {}

    [[gnu::cold]] Expected<void> run() {
        if (pages_.kept && page_ == os::page_size())
            if (const Verdict fits = rules::within_limit(to_come(), host::memory_limit()); !fits)
                return fail("cannot populate ", pages_.size, " of ", pages_.what, ": ", fits.view());
        const cpu_set_t cpus = os::allowed_cpus();
        if (auto place = choose_places(cpus); !place) return place;
        const std::uint64_t slices = pages_.size / slice_ + (pages_.size % slice_ != Bytes{});
        const auto cpu_count = static_cast<unsigned>(std::max(1, CPU_COUNT(&cpus)));
        const std::uint64_t workers = std::min<std::uint64_t>(how_.threads.value_or(cpu_count), slices);
        if (workers > 1 || pages_.policy.mode != NumaMode::none || !places_.empty())
            return work_in_threads(workers);
        work();
        return outcome();
    }

private:
    /// How much is not there yet.
    [[gnu::cold]] Bytes to_come() const {
        Bytes left = pages_.size;
        if (pages_.shared)
            for (Bytes at{}; at < pages_.size; at += slice_)
                left -= os::present(pages_.data + at.count, std::min(slice_, pages_.size - at));
        return left;
    }

    /// Sets of CPUs that the workers take in turn; none: wherever the host puts them.
    [[gnu::cold]] Expected<void> choose_places(const cpu_set_t& allowed) {
        const auto add_node = [&](unsigned node) {
            const cpu_set_t near = host::cpus_of_node(node, allowed);
            if (CPU_COUNT(&near) != 0) places_.push_back(near);
            return CPU_COUNT(&near) != 0;
        };
        const WorkerPlace& place = how_.place;
        const NodeSet& nodes = place.anywhere() ? pages_.policy.nodes : place.nodes;
        for (unsigned node = 0; node != NodeSet::limit; ++node)
            if (nodes.contains(node) && !add_node(node) && !place.anywhere())
                return fail(
                    "cannot populate ", pages_.size, " of ", pages_.what, " from node ", node,
                    ", which has no CPU that this process may use: name another node for its workers");
        if (place.cpus.empty()) return {};
        cpu_set_t cpus;
        CPU_ZERO(&cpus);
        for (unsigned cpu = 0; cpu != CpuSet::limit; ++cpu) {
            if (!place.cpus.contains(cpu)) continue;
            if (!CPU_ISSET(cpu, &allowed))
                return fail("cannot populate ", pages_.size, " of ", pages_.what, " from CPU ", cpu,
                            ", which this process may not use: name CPUs of Cpus_allowed_list in "
                            "/proc/self/status for its workers");
            CPU_SET(cpu, &cpus);
        }
        places_.push_back(cpus);
        return {};
    }

    [[gnu::cold]] Expected<void> work_in_threads(std::uint64_t count) {
        {
            // Starting a thread maps a stack, which waits for page faults of those that already work: start all first. The
            // gate opens before the threads are joined, however this block is left.
            struct Gate {
                std::atomic<bool>& started;
                Worker* const workers;
                ~Gate() {
                    started.store(true);
                    started.notify_all();
                    delete[] workers;
                }
            } const gate{started_, new (std::nothrow) Worker[count]};
            for (; gate.workers != nullptr && workers_ != count; ++workers_)
                if (!gate.workers[workers_].start(*this, workers_)) break;
        }
        // A system that has no more threads to give: those that run do the work, if need be the caller, unless it would
        // have to go elsewhere for it.
        if (workers_ == 0) {
            if (!how_.place.anywhere() || (pages_.policy.mode != NumaMode::none && !pages_.kept))
                return fail(
                    "cannot populate ", pages_.size, " of ", pages_.what,
                    " where it was asked for, because this system has no thread left for a worker: raise "
                    "its limits (ulimit -u, ulimit -v), or name neither policy nor place");
            work();
        }
        return outcome();
    }

    class Worker {
    public:
        bool start(Population& population, std::size_t index) {
            population_ = &population;
            index_ = index;
            auto started = os::Thread::start(*this);
            if (started) thread_ = std::move(*started);
            return started.has_value();
        }
        void operator()() noexcept { population_->work_as(index_); }

    private:
        Population* population_ = nullptr;
        std::size_t index_ = 0;
        os::Thread thread_;  // last: joined before the others go
    };

    void work_as(std::size_t worker) {
        if (!places_.empty()) os::run_on(places_[worker % places_.size()]);
        if (pages_.policy.mode != NumaMode::none) std::ignore = os::bind_thread(pages_.policy);
        started_.wait(false);
        work();
    }

    void work() {
        for (;;) {
            const Bytes offset{next_.fetch_add(slice_.count, std::memory_order_relaxed)};
            if (offset >= pages_.size || failed_.load(std::memory_order_relaxed)) return;
            if (how_.stops()) {
                cancelled_.store(true, std::memory_order_relaxed);
                return;
            }
            const Bytes length = std::min(slice_, pages_.size - offset);
            if (const auto taken = take(pages_.data + offset.count, length); !taken) {
                if (!failed_.exchange(true, std::memory_order_relaxed)) failure_ = taken.error();
                return;
            }
            done_.fetch_add(length.count, std::memory_order_relaxed);
            if (how_.populated != nullptr) how_.populated->fetch_add(length.count, std::memory_order_relaxed);
        }
    }

    os::Result<void> take(std::byte* at, Bytes length) {
        const int advice = pages_.writable ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
        while (!touching_.load(std::memory_order_relaxed)) {
            const auto populated = os::advise(at, length, advice);
            if (populated) return {};
            // EINVAL: a kernel before 5.14, or a sandbox that does not know the advice.
            if (populated.error().code == EINVAL)
                touching_.store(true, std::memory_order_relaxed);
            else if (populated.error().code != EINTR && populated.error().code != EAGAIN)
                return populated;
        }
        for (Bytes page{}; page < length; page += page_)
            if (const auto touched = os::touch(at + page.count, pages_.writable); !touched) return touched;
        return {};
    }

    [[gnu::cold]] Expected<void> outcome() {
        const Bytes done{done_.load()};
        if (failure_)
            return fail("cannot populate ", pages_.size, " of ", pages_.what, ": ", os::text(*failure_),
                        " after ", done, "; ", remedy(*failure_));
        if (cancelled_)
            return fail("populating ", pages_.size, " of ", pages_.what, " was cancelled after ", done,
                        "; allocate it again to start over");
        return {};
    }

    [[gnu::cold]] Text remedy(os::Failure failure) const {
        if (failure.code == EFAULT && page_ > os::page_size())
            return sentence("no huge page of ", page_, " is left where a store would need one", on_nodes(),
                            ": reserve more in ", host::huge_page_pool(page_),
                            "/nr_hugepages, or ask for less");
        if (failure.code == EFAULT)
            return sentence(
                "a store there would raise SIGBUS, because the file system behind it is full or the "
                "file was truncated: make room, or ask for less");
        return sentence("free memory on the host, allow other NUMA nodes, or ask for less");
    }

    /// " (node 0 has 0 free)", of the nodes that the policy allows.
    [[gnu::cold]] Text on_nodes() const {
        const auto free = host::free_huge_pages(pages_.policy.nodes, page_);
        if (!free || free->text.empty()) return {};
        return sentence(" (", free->text, ")");
    }

    const PagesToTake& pages_;
    const Prealloc& how_;
    const Bytes page_;
    const Bytes slice_;
    std::atomic<bool> started_{false};
    std::uint64_t workers_ = 0;
    std::vector<cpu_set_t> places_;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<std::uint64_t> done_{0};
    std::atomic<bool> failed_{false};
    std::atomic<bool> cancelled_{false};
    std::atomic<bool> touching_{false};
    std::optional<os::Failure> failure_;  // of the first that failed; read when all have been joined
};

}  // namespace detail

/// Takes every page. Fails with the kernel's reason and how far it came, or when `how.stop` asks for it; pages that were
/// taken stay taken until the range is unmapped.
inline Expected<void> populate(const PagesToTake& pages, const Prealloc& how) {
    return detail::no_throw("populating host memory", [&] { return detail::Population(pages, how).run(); });
}

}  // namespace wirewrap::hostmem
