// A disk behind a vhost-user back end, used through a queue in the RAM of a machine: what a driver in the guest would
// do, done from outside, for test rigs of firmware. Data go from the disk to guest RAM and back without a copy.
//
//     auto machine = Machine<boards::riscv::Virt, hostmem::Memfd>::create();
//     auto disk = vhost::Disk<decltype(machine)::value_type>::connect(
//         *machine, {.socket = "/run/disk.sock", .queue = at(0x8700'0000)});
//     disk->read(0, at(0x8020'0000), 1_MiB);                     // sectors 0 to 2047, and waits
//     auto one = disk->submit({BlockOperation::write, 8, 4_KiB, at(0x8030'0000)});
//     disk->flush();
//     disk->wait(*one);
//
// When the back end dies, the disk waits for another one at the same socket, and gives it every request that was not
// acknowledged, in the order of their submission.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/vhost/block_request.hpp>
#include <wirewrap/vhost/channel.hpp>
#include <wirewrap/vhost/front_end.hpp>
#include <wirewrap/vhost/lent_memory.hpp>
#include <wirewrap/vhost/os.hpp>
#include <wirewrap/vhost/shared_ram.hpp>
#include <wirewrap/vhost/split_queue.hpp>

namespace wirewrap::vhost {

struct DiskOptions {
    std::string socket;              // path of the back end's socket
    GuestAddress queue;              // where in guest RAM the queue is; 4 KiB aligned
    std::uint16_t queue_size = 128;  // descriptors: a power of two, 4 or more; a request takes up to 3
    std::chrono::milliseconds time_limit{5000};  // for an answer, and for a request to be done
    std::chrono::milliseconds reconnect{5000};   // how long a back end that died may stay away; 0: not at all
};

template <SharesRam M>
class Disk {
public:
    /// A request on its way.
    using Ticket = std::uint64_t;

    /// Connects, agrees on features and starts the queue. The machine must outlive the disk, and stay where it is.
    static Expected<Disk> connect(M& machine, const DiskOptions& options) {
        if (const Verdict verdict = check(options); !verdict) return std::unexpected(verdict.error());
        auto ram = SharedRam::of(machine);
        if (!ram) return std::unexpected(ram.error());
        const QueueLayout layout{options.queue_size};
        const Bytes needed = slots_offset(layout) + slot_size * slots_of(layout);
        auto memory = LentMemory<M>::of(machine, options.queue, needed);
        if (memory.bytes().empty() || ram->bytes(options.queue, needed).data() != memory.bytes().data())
            return fail("the disk's queue needs ", needed, " of RAM, and the guest has none at ",
                        Interval{options.queue, needed}, ": place it where main RAM is");
        Disk disk(machine, options, std::move(*ram), std::move(memory), layout);
        if (auto started = disk.start({}); !started) return std::unexpected(started.error());
        return disk;
    }

    const DiskProperties& properties() const { return properties_; }
    /// Back ends that it has had, less one.
    unsigned reconnections() const { return reconnections_; }
    /// Requests that were given to a back end again because the one before died over them.
    std::uint64_t resubmissions() const { return resubmissions_; }
    std::size_t outstanding() const { return outstanding_.size(); }

    /// Gives a request to the device; waits for room in the queue, but not for the request. Fails for what the disk
    /// cannot do, before the device hears of it.
    Expected<Ticket> submit(const BlockRequest& request) {
        if (stopped()) return was_stopped();
        if (const Verdict verdict = check(request); !verdict) return std::unexpected(verdict.error());
        while (free_slots_.empty() || queue_.free() < most_segments)
            if (auto progressed = progress(); !progressed) return std::unexpected(progressed.error());
        const Ticket ticket = next_ticket_++;
        outstanding_.push_back({ticket, request, free_slots_.back(), 0});
        free_slots_.pop_back();
        enqueue(outstanding_.back());
        if (queue_.publish()) os::signal(kick_);
        return ticket;
    }

    /// Until this request is done; fails when the device says that it failed, or nothing in time. Once for each ticket.
    Expected<void> wait(Ticket ticket) {
        for (;;) {
            if (const auto found = done_.find(ticket); found != done_.end()) {
                const Done done = found->second;
                done_.erase(found);
                return result_of(done);
            }
            if (stopped()) return was_stopped();
            if (std::ranges::find(outstanding_, ticket, &Outstanding::ticket) == outstanding_.end())
                return fail("request ", ticket, " of the disk is not on its way: each is waited for once");
            if (auto progressed = progress(); !progressed) return progressed;
        }
    }
    /// Until every request is done; the first failure among those that nobody has waited for.
    Expected<void> wait_for_all() {
        while (!outstanding_.empty())
            if (auto progressed = progress(); !progressed) return progressed;
        Expected<void> result;
        for (const auto& [ticket, done] : done_)
            if (result) result = result_of(done);
        done_.clear();
        return result;
    }

    Expected<void> read(std::uint64_t sector, GuestAddress to, Bytes size) {
        return carry_out({BlockOperation::read, sector, size, to});
    }
    Expected<void> write(std::uint64_t sector, GuestAddress from, Bytes size) {
        return carry_out({BlockOperation::write, sector, size, from});
    }
    /// What was written before is on stable storage when this returns.
    Expected<void> flush() { return carry_out({.operation = BlockOperation::flush}); }
    /// The sectors may be forgotten.
    Expected<void> discard(std::uint64_t sector, Bytes size) {
        return carry_out({.operation = BlockOperation::discard, .sector = sector, .size = size});
    }
    Expected<void> write_zeroes(std::uint64_t sector, Bytes size) {
        return carry_out({.operation = BlockOperation::write_zeroes, .sector = sector, .size = size});
    }

    /// Waits for every request, lets the back end go and gives the queue's memory back; that also when it fails, with the
    /// first thing that went wrong. Then nothing but this, which does nothing, and `wait` for what is done.
    Expected<void> stop() {
        if (stopped()) return {};
        Expected<void> result = wait_for_all();
        if (front_)
            if (auto let_go = front_->stop_queue(0); !let_go && result)
                result = std::unexpected(let_go.error());
        tell_of_unfinished();
        outstanding_.clear();
        front_.reset();
        memory_ = {};
        return result;
    }

private:
    // A slot holds what the device reads and writes of a request beside its data.
    static constexpr Bytes slot_size{64};
    static constexpr Bytes range_offset{16}, status_offset{32};
    static constexpr std::uint16_t most_segments = 3;
    static constexpr std::chrono::milliseconds between_attempts{20};
    static constexpr unsigned most_deaths = 8;  // in a row, over the same requests

    struct Outstanding {
        Ticket ticket = 0;
        BlockRequest request;
        std::uint16_t slot = 0;
        std::uint16_t head = 0;  // in the queue
    };
    struct Done {
        BlockRequest request;
        BlockStatus status{};
    };

    Disk(M& machine, const DiskOptions& options, SharedRam ram, LentMemory<M> memory, QueueLayout layout)
        : machine_(&machine), options_(options), ram_(std::move(ram)), memory_(std::move(memory)),
          queue_(memory_.bytes().first(layout.bytes().count), layout), slots_(slots_offset(layout)) {
        for (std::uint16_t i = slots_of(layout); i != 0; --i)
            free_slots_.push_back(static_cast<std::uint16_t>(i - 1));
    }

    static constexpr Bytes slots_offset(QueueLayout layout) {
        return Bytes{(layout.bytes().count + 63) / 64 * 64};
    }
    static constexpr std::uint16_t slots_of(QueueLayout layout) { return layout.size / most_segments; }

    static Verdict check(const DiskOptions& options) {
        constexpr std::uint64_t page = 4096;
        if (const Verdict size = QueueLayout{options.queue_size}.verdict(); !size) return size;
        if (options.queue_size < 4)
            return refused("a disk's queue has 4 descriptors at least, not ", options.queue_size);
        if (options.queue.value % page != 0)
            return refused("the disk's queue begins at a multiple of 4 KiB, not at ", options.queue);
        return accepted();
    }

    Verdict check(const BlockRequest& request) const {
        const std::string_view what = name_of(request.operation);
        if (request.operation == BlockOperation::flush)
            return properties_.flushes ? accepted()
                                       : refused("the disk has no flush: every write is on stable storage");
        if (request.operation != BlockOperation::read && properties_.read_only)
            return refused("the disk is read-only: no ", what);
        if (request.operation == BlockOperation::discard && !properties_.discards)
            return refused("the disk does not discard");
        if (request.operation == BlockOperation::write_zeroes && !properties_.writes_zeroes)
            return refused("the disk does not write zeroes by itself: write them");
        if (request.size == Bytes{} || request.size % sector_size != Bytes{})
            return refused("a ", what, " is a whole number of sectors of 512 bytes, not ", request.size);
        // A power of two of 512 bytes or more; of a device that says anything else, it is the device's to judge.
        const Bytes block = properties_.block_size;
        if (is_power_of_two(block) && block > sector_size &&
            (request.size % block != Bytes{} || request.sector % (block / sector_size) != 0))
            return refused("the disk has blocks of ", block, ": a ", what, " of ", request.size,
                           " at sector ", request.sector, " does not begin and end with one");
        const std::uint64_t sectors = request.size / sector_size, all = properties_.size / sector_size;
        if (request.sector > all || sectors > all - request.sector)
            return refused("a ", what, " of sectors ", request.sector, " to ", request.sector + sectors - 1,
                           " ends after the disk, which has ", all);
        if (request.has_data()) {
            if (request.size.count > std::numeric_limits<std::uint32_t>::max())
                return refused("a ", what, " has less than 4 GiB, not ", request.size);
            if (ram_.bytes(request.data, request.size).empty())
                return refused("a ", what, " at ", Interval{request.data, request.size},
                               " is not in one window of the guest's RAM: make it several");
            return accepted();
        }
        const Bytes most = request.operation == BlockOperation::discard ? properties_.most_discarded
                                                                        : properties_.most_zeroed;
        if (request.size > most)
            return refused("the disk takes a ", what, " of at most ", most, ", not ", request.size);
        return accepted();
    }

    /// It has a back end from `connect` on.
    bool stopped() const { return memory_.bytes().empty(); }
    static std::unexpected<Error> was_stopped() { return fail("the disk was stopped: connect another one"); }

    Expected<void> carry_out(const BlockRequest& request) {
        const auto ticket = submit(request);
        if (!ticket) return std::unexpected(ticket.error());
        return wait(*ticket);
    }

    static Expected<void> result_of(const Done& done) {
        if (done.status == BlockStatus::ok) return {};
        return fail("the disk failed a ", name_of(done.request.operation), " of ", done.request.size,
                    " at sector ", done.request.sector,
                    done.status == BlockStatus::unsupported ? ": it does not support it" : ": I/O error");
    }

    std::byte* slot(const Outstanding& one) const {
        return memory_.bytes().data() + (slots_ + slot_size * one.slot).count;
    }

    void enqueue(Outstanding& one) {
        const BlockRequest& request = one.request;
        std::byte* const bytes = slot(one);
        const GuestAddress base = options_.queue + slots_ + slot_size * one.slot;
        write_memory<std::uint32_t>(bytes, static_cast<std::uint32_t>(request.operation));
        write_memory<std::uint32_t>(bytes + 4, 0);
        write_memory<std::uint64_t>(bytes + 8, request.has_data() ? request.sector : 0);
        bytes[status_offset.count] = static_cast<std::byte>(BlockStatus::pending);
        std::array<Segment, most_segments> segments{Segment{base, 16, false}};
        std::size_t count = 1;
        if (request.has_data())
            segments[count++] = {request.data, static_cast<std::uint32_t>(request.size.count),
                                 request.operation == BlockOperation::read};
        if (request.has_range()) {
            write_memory<std::uint64_t>(bytes + range_offset.count, request.sector);
            write_memory<std::uint32_t>(bytes + range_offset.count + 8,
                                        static_cast<std::uint32_t>(request.size / sector_size));
            write_memory<std::uint32_t>(bytes + range_offset.count + 12, 0);
            segments[count++] = {base + range_offset, 16, false};
        }
        segments[count++] = {base + status_offset, 1, true};
        one.head = queue_.add(std::span(segments).first(count)).value_or(0);  // submit() has seen to the room
    }

    /// Everything between nothing and a running queue; with a deadline, until then.
    Expected<void> start(std::optional<os::Deadline> deadline) {
        auto socket = Socket::connect(options_.socket,
                                      deadline.value_or(os::Clock::now() + options_.time_limit));
        if (!socket) return std::unexpected(socket.error());
        // New events for each back end: the one that died may have signalled, or taken signals, for the last time.
        auto kick = os::event(), call = os::event(), error = os::event();
        if (!kick || !call || !error)
            return fail(
                "cannot make events for the disk's queue: the process needs 3 more descriptors (ulimit -n)");
        FrontEnd front(Channel(std::move(*socket), options_.time_limit));
        front.channel().give_up_at(deadline);
        Expected<void> done = front.agree(block_feature::flush | block_feature::discard |
                                          block_feature::write_zeroes | block_feature::block_size |
                                          block_feature::read_only);
        if (!done) return done;
        const auto configuration = front.configuration(disk_configuration_size);
        if (!configuration) return std::unexpected(configuration.error());
        std::uint64_t features = 0;
        for (unsigned bit = 0; bit != 64; ++bit)
            if (front.has(std::uint64_t{1} << bit)) features |= std::uint64_t{1} << bit;
        const DiskProperties properties = disk_properties(*configuration, features);
        if (known_ && properties != properties_)
            return fail("the back end that came back at ", options_.socket,
                        " has another disk: ", properties.size, " after ", properties_.size);
        done = front.share(ram_);
        if (done && known_) {
            // A back end that serves one client at a time has let go of the one before when it answers, so nobody stores
            // into the queue any more. What was done counts; what makes no sense of it is asked for again.
            (void)take_used();
            queue_.restart();
        }
        if (done) done = front.start_queue(0, queue_.layout(), memory_.bytes(), *kick, *call, *error);
        if (!done) return done;
        properties_ = properties;
        known_ = true;
        front.channel().give_up_at({});
        front_.emplace(std::move(front));
        kick_ = std::move(*kick), call_ = std::move(*call), error_ = std::move(*error);
        return {};
    }

    /// Takes what the device has done; otherwise waits for it, or for the device to die.
    Expected<void> progress() {
        auto result = take_or_wait();
        if (!result) tell_of_unfinished();
        return result;
    }
    Expected<void> take_or_wait() {
        const os::Deadline deadline = os::Clock::now() + options_.time_limit;
        if (!front_) return reconnect();
        for (;;) {
            const auto some = take_used();
            if (!some) return std::unexpected(some.error());
            if (*some || outstanding_.empty()) return {};
            std::array<::pollfd, 3> files{::pollfd{call_.number(), POLLIN, 0},
                                          {front_->transport().descriptor(), POLLIN | POLLRDHUP, 0},
                                          {error_.number(), POLLIN, 0}};
            const auto ready = os::wait(files, deadline);
            if (!ready) return fail("cannot wait for the disk: ", os::text(ready.error()));
            if ((files[1].revents & ~POLLIN) != 0) return reconnect();
            // Bytes alone are no death: the back end says something that nobody asked for.
            if (files[1].revents != 0 && !front_->transport().discard()) return reconnect();
            if (files[2].revents != 0)
                return fail("the vhost-user back end at ", options_.socket,
                            " reports an error in the queue; its own ", "messages say which");
            os::clear(call_);
            // A back end that calls again and again, or talks, has not done anything by that.
            if (os::Clock::now() < deadline) continue;
            if (const auto last = take_used(); !last || *last)
                return last ? Expected<void>() : std::unexpected(last.error());
            return fail("the vhost-user back end at ", options_.socket, " did none of ", outstanding_.size(),
                        " requests within ", options_.time_limit.count(), " ms");
        }
    }

    /// True when a request was done.
    Expected<bool> take_used() {
        bool some = false;
        for (;;) {
            const auto used = queue_.take_used();
            if (!used) return std::unexpected(used.error());
            if (!*used) return some;
            const auto found = std::ranges::find(outstanding_, (*used)->head, &Outstanding::head);
            if (found == outstanding_.end())
                return fail("the disk is done with a request that is not on its way");
            const auto status = static_cast<BlockStatus>(slot(*found)[status_offset.count]);
            tell_of(*found);
            deaths_ = 0;
            done_.emplace(found->ticket, Done{found->request, status});
            free_slots_.push_back(found->slot);
            outstanding_.erase(found);
            some = true;
        }
    }

    /// To the machine's policies: the device has stored what a read gives, or part of it.
    void tell_of(const Outstanding& one) {
        if (one.request.operation == BlockOperation::read)
            machine_->changed(one.request.data, one.request.size);
    }
    void tell_of_unfinished() {
        for (const Outstanding& one : outstanding_) tell_of(one);
    }

    /// The back end has gone. What it had done by then counts; the rest goes to the one that comes next.
    Expected<void> reconnect() {
        if (front_) ++deaths_;
        // One that is still there lets go of the queue, and of its place for a client, when its connection ends.
        front_.reset();
        if (const auto some = take_used(); !some) return std::unexpected(some.error());
        if (deaths_ > most_deaths) {
            deaths_ = 0;
            return fail(most_deaths, " vhost-user back ends at ", options_.socket,
                        " have gone one after the other, and none of them did one of ", outstanding_.size(),
                        " requests: they die of them");
        }
        const os::Deadline deadline = os::Clock::now() + options_.reconnect;
        Expected<void> started = fail("the vhost-user back end at ", options_.socket, " has gone");
        for (bool first = true; options_.reconnect.count() != 0;) {
            auto next = start(deadline);
            const bool late = os::Clock::now() >= deadline;
            // Why there was none before says more than that there was no time left.
            if (next || !late || first) started = std::move(next);
            if (started || late) break;
            first = false;
            std::this_thread::sleep_for(between_attempts);
        }
        if (!started)
            return fail("the vhost-user back end at ", options_.socket, " has gone, with ",
                        outstanding_.size(), " requests not done, and none came within ",
                        options_.reconnect.count(), " ms: ", started.error().message);
        ++reconnections_;
        resubmissions_ += outstanding_.size();
        for (Outstanding& one : outstanding_) enqueue(one);
        if (!outstanding_.empty() && queue_.publish()) os::signal(kick_);
        return {};
    }

    M* machine_;
    DiskOptions options_;
    SharedRam ram_;
    LentMemory<M> memory_;  // the queue, and behind it the slots
    SplitQueue queue_;
    Bytes slots_;  // where the slots begin in `memory_`
    std::vector<std::uint16_t> free_slots_;
    std::deque<Outstanding> outstanding_;  // in the order of their submission
    std::map<Ticket, Done> done_;
    Ticket next_ticket_ = 1;
    std::optional<FrontEnd<Socket>> front_;
    os::Descriptor kick_, call_, error_;
    DiskProperties properties_;
    bool known_ = false;   // its properties
    unsigned deaths_ = 0;  // since a request was done
    unsigned reconnections_ = 0;
    std::uint64_t resubmissions_ = 0;
};

}  // namespace wirewrap::vhost
