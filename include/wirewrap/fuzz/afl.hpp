// AFL++'s side of a target, without its compilers and its runtime: the fork server's protocol over two pipes, the map of edges
// and the test cases in shared memory. No process is forked for a case, since a reset takes the guest back.
//
//     auto afl = fuzz::Afl::connect();                      // has afl-fuzz started this program? then it waits for an answer
//     fuzz::Target target(emulator, blocks, (*afl)->counters());
//     while (const auto input = (*afl)->next())             // nothing more: afl-fuzz has gone
//         (*afl)->report(target.run([&](auto& emulator) { … *input … }));
//
//     afl-fuzz ── was the last one killed? ──> next()       4 bytes, descriptor 198
//              <── process to kill, if it takes too long    4 bytes, descriptor 199
//              <── wait status of the case ─── report()     4 bytes: 0, or the signal of a crash
//
// What afl-fuzz kills when a case takes too long is a process that stands in for the guest and does nothing. So a guest that
// hangs is reported by waiting until that happens, and this process lives on. Likewise a crash is the status of a process
// that has met SIGABRT, and nobody has.
//
// The protocol is that of AFL++ since 2.60 with its options for the size of the map and for test cases in shared memory, as
// 4.04c speaks it; newer ones speak it too and say that it is the old one.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/fuzz/os.hpp>
#include <wirewrap/fuzz/outcome.hpp>

namespace wirewrap::fuzz {

class Afl {
public:
    /// Nothing when no engine has started this program.
    static Expected<std::optional<Afl>> connect() {
        const char* const map = std::getenv(map_variable);
        if (map == nullptr) return std::optional<Afl>();
        Afl afl;
        const auto counters = attach(map_variable, map);
        if (!counters) return std::unexpected(counters.error());
        const std::size_t size = std::min(counters->size(), usual_counters);
        afl.counters_ = {reinterpret_cast<std::uint8_t*>(counters->data()), size};

        const char* const cases = std::getenv(cases_variable);
        std::uint32_t options = options_follow | has_map_size | static_cast<std::uint32_t>(size - 1) << 1;
        if (cases != nullptr) options |= takes_shared_cases;
        if (!os::send(answers, options)) {
            afl.once_ = true;
            return std::optional<Afl>(std::move(afl));
        }
        if (cases != nullptr) {
            std::uint32_t agreed = 0;
            if (!os::receive(commands, agreed)) return std::optional<Afl>();
            if ((agreed & (options_follow | takes_shared_cases)) == (options_follow | takes_shared_cases)) {
                const auto shared = attach(cases_variable, cases);
                if (!shared) return std::unexpected(shared.error());
                afl.shared_ = *shared;
            } else {
                afl.early_ = agreed;  // it was the first command
            }
        }
        if (const auto renewed = afl.renew(); !renewed) return std::unexpected(renewed.error());
        return std::optional<Afl>(std::move(afl));
    }
    Afl(Afl&& other) noexcept
        : counters_(other.counters_), shared_(other.shared_), early_(other.early_), once_(other.once_),
          stand_in_(std::exchange(other.stand_in_, 0)), read_(std::move(other.read_)) {}
    Afl& operator=(Afl&&) = delete;
    ~Afl() { end_stand_in(); }

    /// Where it looks for edges; it clears them before each case.
    std::span<std::uint8_t> counters() const { return counters_; }

    /// Waits for the next case, good until the one after it. Nothing: the engine has gone. One that starts a program for each
    /// case, as afl-showmap does, gives one on standard input.
    std::optional<std::span<const std::byte>> next() {
        if (once_) {
            if (std::exchange(told_, true)) return std::nullopt;
            return read_case();
        }
        std::uint32_t killed = 0;
        if (early_)
            killed = *std::exchange(early_, std::nullopt);
        else if (!os::receive(commands, killed))
            return std::nullopt;
        if (killed != 0) end_stand_in();
        if (stand_in_ <= 0 && !renew()) return std::nullopt;
        if (!os::send(answers, static_cast<std::uint32_t>(stand_in_))) return std::nullopt;
        return shared_.empty() ? read_case() : shared_case();
    }
    /// Tells what became of it. A hang is told by waiting until the engine's time for a case (-t) is over.
    void report(const Outcome& outcome) {
        if (once_) return;  // who starts a program for each case looks at how that ends
        std::uint32_t status = outcome.crashed() ? SIGABRT : 0;
        if (outcome.hung()) {
            status = static_cast<std::uint32_t>(os::wait_for(std::exchange(stand_in_, 0)));
        }
        (void)os::send(answers, status);
    }

private:
    static constexpr const char* map_variable = "__AFL_SHM_ID";
    static constexpr const char* cases_variable = "__AFL_SHM_FUZZ_ID";
    static constexpr int commands = 198, answers = 199;
    // The first answer: what it says besides.
    static constexpr std::uint32_t options_follow = 0x8000'0001, has_map_size = 0x4000'0000,
                                   takes_shared_cases = 0x0100'0000;
    static constexpr std::size_t usual_counters = 65536;

    Afl() = default;

    static Expected<std::span<std::byte>> attach(std::string_view variable, std::string_view value) {
        int number = 0;
        const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
        if (read.ec != std::errc() || read.ptr != value.data() + value.size())
            return fail(variable, "=", value,
                        " is no number of System V shared memory; take an AFL++ that is ",
                        "built for it, as Linux distributions have it");
        const auto memory = os::attach(number);
        if (!memory)
            return fail("the shared memory that ", variable, "=", value,
                        " names cannot be attached: ", os::text(memory.error()),
                        "; let afl-fuzz start this program, or unset the variable to run it by hand");
        return *memory;
    }

    void end_stand_in() {
        if (stand_in_ > 0) os::end(stand_in_);
        stand_in_ = 0;
    }
    Expected<void> renew() {
        const auto process = os::start_idle_process({commands, answers});
        if (!process) {
            return fail("cannot start the process that afl-fuzz may kill: ", os::text(process.error()),
                        "; raise the limit on processes (ulimit -u)");
        }
        stand_in_ = *process;
        return {};
    }

    std::span<const std::byte> shared_case() const {
        std::uint32_t size = 0;
        if (shared_.size() < sizeof size) return {};
        std::memcpy(&size, shared_.data(), sizeof size);
        const std::span<const std::byte> rest = shared_.subspan(sizeof size);
        return rest.first(std::min<std::size_t>(size, rest.size()));
    }
    /// From the file that the engine has made this process's standard input.
    std::span<const std::byte> read_case() {
        read_.clear();
        std::array<std::byte, 65536> part;
        for (;;) {
            const ::ssize_t count = os::read_input(part, read_.size());
            if (count <= 0) return read_;
            read_.insert(read_.end(), part.begin(), part.begin() + count);
        }
    }

    std::span<std::uint8_t> counters_;
    std::span<std::byte>
        shared_;  // the length in four bytes, and so many; empty: cases are on standard input
    std::optional<std::uint32_t> early_;
    bool once_ = false, told_ = false;  // nobody speaks the protocol
    ::pid_t stand_in_ = 0;
    std::vector<std::byte> read_;
};

}  // namespace wirewrap::fuzz
