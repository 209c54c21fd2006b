// A machine that harts on threads of their own use at the same time. Everything in it is behind one lock, but the RAM that a
// hart accesses by itself, and what a hart asks all the time: the levels of its inputs, the time, whether it is to stop, whether
// addresses show other memory now. These are kept beside the lock, as they were when it was last let go.
//
//     SharedMachine<Machine<Virt, hostmem::Memfd>> shared(machine);
//     SharedBus bus(shared, 0);                                    // what hart 0 has for its machine
//     shared.with([](auto& machine) { machine.set_time(1000); });  // from any thread
//
//     hart 0 ──> SharedBus ──┐ lock                   direct window: no lock, relaxed atomics
//     hart 1 ──> SharedBus ──┴─> Machine ──> devices  ──> levels of all harts, published
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <mutex>
#include <span>
#include <type_traits>
#include <utility>

#include <sched.h>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/cpu/riscv/shared_memory.hpp>
#include <wirewrap/cpu/riscv/store_marks.hpp>
#include <wirewrap/cpu/riscv/word_place.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/machine/time_source.hpp>

namespace wirewrap {

template <class MachineType>
class SharedMachine {
public:
    using Machine = MachineType;
    using Lock = std::unique_lock<std::mutex>;
    static constexpr std::size_t harts = board_harts<typename Machine::BoardType>;
    static constexpr std::size_t nobody = harts;
    static_assert(harts <= riscv::StoreMarks::most_harts);

    /// The machine must outlive it.
    explicit SharedMachine(Machine& machine) : machine_(machine) { publish(); }
    SharedMachine(const SharedMachine&) = delete;
    SharedMachine& operator=(const SharedMachine&) = delete;

    /// Calls `work(machine)` while nobody else is at it, and publishes what has come of it. Gives what `work` gives.
    template <class Work>
    decltype(auto) with(Work&& work) {
        const Lock mine = lock_now();
        const Publishes afterwards{*this};
        return std::forward<Work>(work)(machine_);
    }
    /// The same for hart `number`, in an access of its own.
    template <class Work>
    decltype(auto) with(std::size_t number, Work&& work) {
        const Lock mine = begin_access(number);
        const Publishes afterwards{*this};
        return std::forward<Work>(work)(machine_);
    }
    /// The same in two steps: nobody else is at the machine until then.
    Lock begin_access(std::size_t number) {
        Lock mine = lock();
        accessing_ = number;
        return mine;
    }
    void end_access(Lock mine) {
        accessing_ = nobody;
        publish();
        mine.unlock();
    }
    /// A look, of which nothing comes.
    template <class Look>
    decltype(auto) look(Look&& look) const {
        const Lock mine = lock();
        return std::forward<Look>(look)(std::as_const(machine_));
    }

    /// The lock of harts, which let pass who is in a hurry.
    Lock lock() const {
        while (hurried_.load(std::memory_order_relaxed) != 0) ::sched_yield();
        return Lock(mutex_);
    }
    /// The lock of other threads: harts that are at devices all the time cannot keep them out.
    Lock lock_now() const {
        hurried_.fetch_add(1, std::memory_order_relaxed);
        Lock mine(mutex_);
        hurried_.fetch_sub(1, std::memory_order_relaxed);
        return mine;
    }

    /// Under the lock, behind changes. Wakes harts whose inputs have changed, and the thread that serves when it is needed.
    void publish() {
        for (std::size_t hart = 0; hart != harts; ++hart) {
            const std::uint64_t now = machine_.interrupt_lines(hart);
            if (now == lines_[hart].load(std::memory_order_relaxed)) continue;
            lines_[hart].store(now, std::memory_order_release);
            ++changes_[hart];
            woken_[hart].notify_all();
        }
        map_version_.store(machine_.map_version(), std::memory_order_release);
        told_.store(machine_.devices().told(), std::memory_order_relaxed);
        shift_.store(machine_.devices().time() - machine_.devices().told(), std::memory_order_relaxed);
        if constexpr (TellsWatchedAccesses<Machine>)
            watched_accesses_.store(machine_.watches_accesses(), std::memory_order_relaxed);
        watched_fetches_.store(machine_.watches_fetches(), std::memory_order_relaxed);
        stop_.store(ending_ || machine_.stop_requested(), std::memory_order_release);
        if (machine_.stop_requested() || machine_.deadline() < horizon_) call_for_service();
    }

    // ---- without the lock

    std::uint64_t lines(std::size_t hart) const { return lines_[hart].load(std::memory_order_acquire); }
    std::uint64_t map_version() const { return map_version_.load(std::memory_order_acquire); }
    /// As the machine's, of which the guest may have moved the zero. Without a source as it was told last.
    std::uint64_t time() const {
        const std::uint64_t now = source_ ? source_.ticks(0) : told_.load(std::memory_order_relaxed);
        return now + shift_.load(std::memory_order_relaxed);
    }
    bool stop_requested() const { return stop_.load(std::memory_order_acquire); }
    bool watches_accesses() const { return watched_accesses_.load(std::memory_order_relaxed); }
    bool watches_fetches() const { return watched_fetches_.load(std::memory_order_relaxed); }

    // ---- under the lock

    /// While harts run, time comes from there, also without the lock: its functions may be called from any thread.
    void follow(const TimeSource& source) { source_ = source; }

    riscv::StoreMarks::Table& store_marks() { return marks_; }
    Machine& machine() { return machine_; }
    const Machine& machine() const { return machine_; }
    /// The hart whose access asks the machine now, or `nobody`.
    std::size_t accessing() const { return accessing_; }
    /// How often the inputs of a hart have changed.
    std::uint64_t changes(std::size_t hart) const { return changes_[hart]; }
    std::condition_variable& woken(std::size_t hart) { return woken_[hart]; }
    /// All harts are to come back, until it is said otherwise.
    void end(bool ending) {
        ending_ = ending;
        publish();
        if (!ending) return;
        for (std::condition_variable& hart : woken_) hart.notify_all();
    }
    bool ending() const { return ending_; }
    /// Deadlines from this tick on are known to the thread that serves.
    void knows_deadlines_from(std::uint64_t tick) { horizon_ = tick; }
    void call_for_service() {
        const std::scoped_lock mine(calling_);
        called_ = true;
        service_.notify_one();
    }
    void served() {
        const std::scoped_lock mine(calling_);
        called_ = false;
    }
    /// Lets the lock go until somebody calls for service, `most` at the longest.
    void wait_for_service(Lock& lock, std::chrono::nanoseconds most) {
        lock.unlock();
        {
            Lock mine(calling_);
            service_.wait_for(mine, most, [&] { return called_; });
        }
        lock = lock_now();
    }

private:
    struct Publishes {
        SharedMachine& machine;
        ~Publishes() {
            machine.accessing_ = nobody;
            machine.publish();
        }
    };

    Machine& machine_;
    mutable std::mutex mutex_;
    mutable std::atomic<unsigned> hurried_ = 0;  // how many wait for the lock who are no harts

    std::array<std::atomic<std::uint64_t>, harts> lines_{};
    std::atomic<std::uint64_t> map_version_ = 0, told_ = 0, shift_ = 0;
    TimeSource source_;  // changed when no hart runs
    riscv::StoreMarks::Table marks_{};
    std::atomic<bool> stop_ = false, watched_accesses_ = false, watched_fetches_ = false;

    std::array<std::uint64_t, harts> changes_{};
    std::array<std::condition_variable, harts> woken_;
    std::condition_variable service_;
    std::size_t accessing_ = nobody;
    std::uint64_t horizon_ = 0;
    bool ending_ = false;
    std::mutex calling_;  // taken behind the other, for:
    bool called_ = false;
};

/// The machine as one hart has it: a `HartBus`.
template <class Machine>
class SharedBus {
    using Shared = SharedMachine<Machine>;
    using Lock = typename Shared::Lock;

public:
    using BoardType = typename Machine::BoardType;
    static constexpr std::endian byte_order = Machine::byte_order;
    static constexpr bool shares_memory = true;

    /// `shared` must outlive it.
    SharedBus(Shared& shared, std::size_t hart)
        : shared_(shared), hart_(hart), window_(shared.machine().direct_window()),
          marks_(shared.store_marks(), hart) {
        shared_.machine().reservations().add(from_devices_);
    }
    SharedBus(const SharedBus&) = delete;
    SharedBus& operator=(const SharedBus&) = delete;
    ~SharedBus() { shared_.machine().reservations().remove(from_devices_); }

    // Of memory, harts make their accesses by themselves while nobody hears of them: here too they are atomic ones.
    template <AccessWord T, std::endian Order = byte_order>
    Loaded<T> load(GuestAddress address) {
        return read<T, Order, Access::load>(address);
    }
    template <AccessWord T, std::endian Order = byte_order>
    Loaded<T> fetch(GuestAddress address) {
        return read<T, Order, Access::fetch>(address);
    }
    template <AccessWord T, std::endian Order = byte_order>
    [[nodiscard]] Stored store(GuestAddress address, T value) {
        return shared_.with(hart_, [&](Machine& machine) -> Stored {
            if constexpr (Order == std::endian::little && !keeps_last)
                if (std::byte* const memory = riscv::word_place(machine, address, sizeof(T));
                    memory != nullptr) {
                    Words::write(*this, memory, value);
                    machine.changed(address, Bytes{sizeof(T)});
                    heard(machine).accessed(Access::store, address, sizeof(T));
                    return {};
                }
            if (const auto memory = machine.memory_view(address, Bytes{sizeof(T)}); !memory.empty())
                marks_.stored(memory.data());
            return machine.template store<T, Order>(address, value);
        });
    }
    std::span<std::byte> ram_span(GuestAddress address, Bytes size) {
        return shared_.with(hart_, [&](Machine& machine) { return machine.ram_span(address, size); });
    }
    /// Nobody else is at the machine until `atomic_done`: who hears of the store finds it made.
    std::byte* atomic_word(GuestAddress address, std::size_t width) {
        atomic_ = shared_.begin_access(hart_);
        atomic_address_ = address;
        std::byte* memory = riscv::word_place(shared_.machine(), address, width);
        told_ = memory == nullptr;
        if (told_) memory = shared_.machine().atomic_word(address, width);
        if (memory != nullptr)
            marks_.stored(memory);
        else
            atomic_done(0);
        return memory;
    }
    /// To be called behind each access to such a word, with the bytes that were stored.
    void atomic_done(std::size_t stored) {
        if (!atomic_) return;
        if (stored != 0 && !told_) (void)shared_.machine().atomic_word(atomic_address_, stored);
        shared_.end_access(std::move(atomic_));
    }
    std::span<const std::byte> memory_view(GuestAddress address, Bytes size) const {
        return shared_.look([&](const Machine& machine) { return machine.memory_view(address, size); });
    }
    Bytes memory_extent(GuestAddress address, Bytes most) const {
        return shared_.look([&](const Machine& machine) { return machine.memory_extent(address, most); });
    }
    Bytes writable_extent(GuestAddress address, Bytes most) const {
        return shared_.look([&](const Machine& machine) { return machine.writable_extent(address, most); });
    }
    std::expected<void, BusFault> debug_read(GuestAddress address, std::span<std::byte> to) const {
        return shared_.look([&](const Machine& machine) -> std::expected<void, BusFault> {
            const std::span<const std::byte> memory = machine.memory_view(address, Bytes{to.size()});
            if (memory.size() < to.size()) return machine.debug_read(address, to);
            Words::copy(memory, to);
            return {};
        });
    }
    DirectWindow direct_window() const { return window_; }

    /// What SC asks (cpu/riscv/store_marks.hpp): other harts leave marks, and of devices the machine knows.
    const riscv::StoreMarks& store_marks() const { return marks_; }
    void reserve(const std::byte* word, std::size_t width) {
        from_devices_.hold(word, width);
        marks_.reserve(word);
    }
    bool reserved(const std::byte* word) const { return from_devices_.held() && marks_.reserved(word); }

    std::uint64_t interrupt_lines(std::size_t hart) const { return shared_.lines(hart); }
    std::uint64_t time() const { return shared_.time(); }
    std::uint64_t map_version() const { return shared_.map_version(); }
    bool stop_requested() const { return told_stop_ = shared_.stop_requested(); }
    /// What it said last, of which its hart came back if it came back for a stop and this is true.
    bool told_stop() const { return told_stop_; }
    bool watches_fetches() const { return shared_.watches_fetches(); }
    bool watches_accesses() const
        requires(TellsWatchedAccesses<Machine>)
    {
        return shared_.watches_accesses();
    }

private:
    using Words = riscv::Memory<SharedBus>;

    template <AccessWord T, std::endian Order, Access Kind>
    Loaded<T> read(GuestAddress address) {
        return shared_.with(hart_, [&](Machine& machine) -> Loaded<T> {
            if constexpr (Order == std::endian::little && !keeps_last)
                if (const auto memory = machine.memory_view(address, Bytes{sizeof(T)}); !memory.empty()) {
                    const T value = Words::template read<T>(memory.data());
                    heard(machine).accessed(Kind, address, sizeof(T));
                    return value;
                }
            if constexpr (Kind == Access::fetch)
                return machine.template fetch<T, Order>(address);
            else
                return machine.template load<T, Order>(address);
        });
    }

    /// Who hears of accesses.
    template <class Board, class Backend, class... Ps>
    static Policies<Ps...>& heard(wirewrap::Machine<Board, Backend, Ps...>& machine) {
        return machine.template policy<Policies<Ps...>>();
    }
    /// The board reads where nothing answers what was moved last.
    static constexpr bool keeps_last = board_unmapped<BoardType>.kind == Unmapped::Kind::last;

    Shared& shared_;
    std::size_t hart_;
    DirectWindow window_;
    riscv::StoreMarks marks_;
    Reservation from_devices_;
    Lock atomic_;  // held while the hart is at an atomic word
    GuestAddress atomic_address_{};
    bool told_ = false;  // of that already
    mutable bool told_stop_ = false;
};

}  // namespace wirewrap
