// Memory whose pages are being taken while the caller does something else.
//
//     auto ram = hostmem::allocate_in_background<hostmem::Anonymous>(4_GiB, {.prealloc = true});
//     if (!ram) return fail(ram.error().message);
//     load_firmware(ram->span());                       // usable from the first moment
//     show(ram->populated(), ram->size());              // progress; ram->cancel() gives up
//     auto memory = std::move(*ram).finish();           // waits; HostMemory, or why not
//
// It cannot start before the NUMA policy holds: it is made of `Bound` memory only.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/thread.hpp>

namespace wirewrap::hostmem {

/// A population under way, and the memory that it fills. Destroying it cancels the one and gives back the other.
template <class B>
class Populating {
public:
    /// Starts; what `how` points to must live until `finish()` or the end of this. Without memory for the work itself
    /// it is empty, and `finish()` says so.
    explicit Populating(Bound<B> bound, const Prealloc& how = {}) : work_(made(std::move(bound), how)) {
        if (work_) work_->start();
    }
    /// Nothing to do: has finished already.
    explicit Populating(HostMemory<B> memory) : work_(made(std::move(memory))) {}

    /// Nothing and 0 bytes when there is no population, as after a move.
    std::byte* data() const { return work_ ? work_->data : nullptr; }
    Bytes size() const { return work_ ? work_->size : Bytes{}; }
    std::span<std::byte> span() const { return {data(), static_cast<std::size_t>(size().count)}; }

    /// Bytes taken so far; from any thread.
    Bytes populated() const {
        return work_ ? Bytes{work_->how.populated->load(std::memory_order_relaxed)} : Bytes{};
    }
    /// True once `finish()` need not wait.
    bool finished() const { return !work_ || work_->finished.load(std::memory_order_acquire); }
    /// Gives up soon; `finish()` then says so.
    void cancel() {
        if (work_) work_->cancel.make();
    }

    /// Waits for the end. Fails as `Bound::populate` does; the memory is then gone, and whoever used it must stop.
    Expected<HostMemory<B>> finish() && {
        const auto work = std::move(work_);
        if (!work) return detail::out_of_memory("starting to populate host memory");
        work->thread.join();
        if (!work->taken) return std::unexpected(std::move(work->taken.error()));
        if (work->memory) return std::move(*work->memory);
        return std::move(*work->bound)
            .on_demand();  // a file gets its name here, however long ago the pages came
    }

private:
    // At a fixed address, because the thread refers to it.
    struct Work {
        Work(Bound<B> to_fill, const Prealloc& orders)
            : data(to_fill.held_.memory.data()), size(to_fill.size()), cancel(orders.stop), how(orders),
              bound(std::move(to_fill)) {
            bound->shown_ = true;
            how.stop = &cancel;
            if (how.populated == nullptr) how.populated = &counter;
        }
        explicit Work(HostMemory<B> all)
            : data(all.data()), size(all.size()), how{.populated = &counter}, memory(std::move(all)),
              finished(true) {}
        ~Work() { cancel.make(); }

        void start() {
            auto started = os::Thread::start(*this);
            if (started)
                thread = std::move(*started);
            else
                (*this)();  // no thread to be had: nothing overlaps, nothing else changes
        }
        void operator()() noexcept {
            taken = detail::no_throw("populating host memory",
                                     [&] { return bound->held_.memory.populate(how); });
            finished.store(true, std::memory_order_release);
        }

        std::byte* data;
        Bytes size;
        StopRequest cancel;
        std::atomic<std::uint64_t> counter{0};
        Prealloc how;
        std::optional<Bound<B>> bound;        // either this
        std::optional<HostMemory<B>> memory;  // or that
        std::atomic<bool> finished{false};
        Expected<void> taken;
        os::Thread thread;  // last: joined before anything that it uses goes
    };

    template <class... Made>
    static std::unique_ptr<Work> made(Made&&... of) {
        std::unique_ptr<Work> work;
        std::ignore = detail::no_throw("", [&]() -> Expected<void> {
            work = std::make_unique<Work>(std::forward<Made>(of)...);
            return {};
        });
        return work;
    }

    std::unique_ptr<Work> work_;
};

/// `allocate`, but population goes on beside the caller. Without prealloc=on it has finished when this returns.
template <Backend B>
Expected<Populating<B>> allocate_in_background(Bytes size, const typename B::Options& options = {},
                                               Prealloc how = {}) {
    auto bound = reserve_and_bind<B>(size, options);
    if (!bound) return std::unexpected(std::move(bound.error()));
    const auto begun = [](Populating<B> populating) -> Expected<Populating<B>> {
        if (populating.data() == nullptr) return detail::out_of_memory("starting to populate host memory");
        return populating;
    };
    const CommonProperties common = common_in(options);
    if (!common.prealloc) {
        Expected<HostMemory<B>> memory = std::move(*bound).on_demand();
        if (!memory) return std::unexpected(std::move(memory.error()));
        return begun(Populating<B>(std::move(*memory)));
    }
    if (!how.threads) how.threads = common.prealloc_threads;
    if (how.place.anywhere()) how.place = common.prealloc_place;
    if (how.populated == nullptr) how.populated = common.prealloc_count;
    return begun(Populating<B>(std::move(*bound), how));
}

}  // namespace wirewrap::hostmem
