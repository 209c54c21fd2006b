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
#include <span>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/backend.hpp>

namespace wirewrap::hostmem {

/// A population under way, and the memory that it fills. Destroying it cancels the one and gives back the other.
template <class B>
class Populating {
public:
    /// Starts; `how.populated`, if given, must live until `finish()` or the end of this.
    explicit Populating(Bound<B> bound, const Prealloc& how = {})
        : work_(std::make_unique<Work>(bound, how)) {
        work_->start(std::move(bound));
    }
    /// Nothing to do: has finished already.
    explicit Populating(HostMemory<B> memory) : work_(std::make_unique<Work>(std::move(memory))) {}

    std::byte* data() const { return work_->data; }
    Bytes size() const { return work_->size; }
    std::span<std::byte> span() const { return {data(), static_cast<std::size_t>(size().count)}; }

    /// Bytes taken so far; from any thread.
    Bytes populated() const { return Bytes{work_->how.populated->load(std::memory_order_relaxed)}; }
    /// True once `finish()` need not wait.
    bool finished() const { return work_->finished.load(std::memory_order_acquire); }
    /// Gives up soon; `finish()` then says so.
    void cancel() { work_->cancel.request_stop(); }

    /// Waits for the end. Fails as `Bound::populate` does; the memory is then gone, and whoever used it must stop.
    Expected<HostMemory<B>> finish() && {
        const auto work = std::move(work_);
        if (work->thread.joinable()) work->thread.join();
        return std::move(work->outcome);
    }

private:
    // At a fixed address, because the thread and the caller's stop token refer to it.
    struct Work {
        struct Relay {
            Work* work;
            void operator()() const { work->cancel.request_stop(); }
        };

        Work(const Bound<B>& bound, const Prealloc& orders)
            : data(bound.memory_.data()), size(bound.size()), how(orders), relay(orders.stop, Relay{this}) {
            how.stop = cancel.get_token();
            if (how.populated == nullptr) how.populated = &counter;
        }
        explicit Work(HostMemory<B> memory)
            : data(memory.data()), size(memory.size()), how{.populated = &counter}, relay({}, Relay{this}),
              finished(true), outcome(std::move(memory)) {}
        ~Work() { cancel.request_stop(); }

        void start(Bound<B> bound) {
            auto shared = std::make_shared<Bound<B>>(std::move(bound));
            const auto run = [this, shared] {
                outcome = std::move(*shared).populate(how);
                finished.store(true, std::memory_order_release);
            };
            try {
                thread = std::jthread(run);
            } catch (const std::system_error&) {
                run();  // no thread to be had: nothing overlaps, nothing else changes
            }
        }

        std::byte* data;
        Bytes size;
        std::stop_source cancel;
        std::atomic<std::uint64_t> counter{0};
        Prealloc how;
        std::stop_callback<Relay> relay;
        std::atomic<bool> finished{false};
        Expected<HostMemory<B>> outcome = std::unexpected(Error{});
        std::jthread thread;  // last: joined before anything that it uses goes
    };

    std::unique_ptr<Work> work_;
};

/// `allocate`, but population goes on beside the caller. Without prealloc=on it has finished when this returns.
template <Backend B>
Expected<Populating<B>> allocate_in_background(Bytes size, const typename B::Options& options = {},
                                               Prealloc how = {}) {
    auto bound = reserve_and_bind<B>(size, options);
    if (!bound) return std::unexpected(bound.error());
    if (!detail::prealloc_in(options)) return Populating<B>(std::move(*bound).on_demand());
    const Prealloc asked = detail::orders_in(options);
    if (!how.threads) how.threads = asked.threads;
    if (how.place.anywhere()) how.place = asked.place;
    return Populating<B>(std::move(*bound), how);
}

}  // namespace wirewrap::hostmem
