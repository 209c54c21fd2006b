// looked_at ROUNDS IMAGE…: how fast translated code stays with a debugger attached, and what traces cost. For each raw image of
// benchmarks/kernels, in rounds, each way right after a run without any of it:
//
//     | crc32 | 3241 | 0.99 (0.97-1.01) | …        million instructions a second of CPU time, and ratios to it
//
// The debugger is a socket's other end, which has let the machine go on.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <wirewrap/board/description.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/debug.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/files.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/watchpoints.hpp>
#include <wirewrap/trace.hpp>

#include <boards/riscv/virt.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

using Board = boards::riscv::Virt;
using Plain = Machine<Board, hostmem::Anonymous>;
using Watched = Machine<Board, hostmem::Anonymous, state::Watchpoints, trace::BusTrace>;
using Observers = trace::Together<trace::ExecutedCode, trace::SpikeLog, trace::QemuLog, trace::BusTrace>;
template <class Bus>
using Alone = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, jit::Translated>;
template <class Bus>
using LookedAt = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch,
                             riscv::Observed<Observers, riscv::Breakpoints<jit::Translated>>>;

constexpr std::uint64_t traced = 20'000'000;  // instructions, where a run is slow

[[noreturn]] void give_up(std::string_view why) {
    std::fprintf(stderr, "looked_at: %.*s\n", static_cast<int>(why.size()), why.data());
    std::exit(1);
}
template <class T>
T must(Expected<T> result) {
    if (!result) give_up(result.error().message);
    return std::move(*result);
}

double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// A debugger's end of the socket.
class Client {
public:
    explicit Client(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
            give_up("nobody listens at the socket");
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client() { ::close(socket_); }
    void send(std::string_view packet) {
        unsigned sum = 0;
        for (const char c : packet) sum += static_cast<unsigned char>(c);
        std::array<char, 4> end{};
        std::snprintf(end.data(), end.size(), "#%02x", sum & 0xff);
        const std::string framed = "+$" + std::string(packet) + end.data();
        if (::write(socket_, framed.data(), framed.size()) != static_cast<::ssize_t>(framed.size()))
            give_up("the debugger's packet was not taken");
    }

private:
    int socket_;
};

/// Million instructions a second of a run that begins anew.
template <class Machine, template <class> class Hart>
double speed(std::span<const std::byte> image, auto run) {
    auto machine = must(Machine::create({.ram_size = 256_MiB}));
    const GuestAddress start = machine.ram_windows()[0].base;
    (void)must(load_raw(machine, "kernel", image, start));
    Emulator<Machine, Hart> emulator(machine);
    emulator.hart(0).set_pc(start.value);
    NoConsole console;
    const double before = cpu_seconds();
    const Stopped stopped = run(emulator, console);
    const double seconds = cpu_seconds() - before;
    return static_cast<double>(stopped.executed) / 1e6 / seconds;
}

double alone(std::span<const std::byte> image) {
    return speed<Plain, Alone>(image, [](auto& emulator, auto& console) { return emulator.run(console); });
}
double with_policies(std::span<const std::byte> image) {
    return speed<Watched, LookedAt>(image,
                                    [](auto& emulator, auto& console) { return emulator.run(console); });
}
/// The debugger says these packets, and lets the machine go on.
double debugged(std::span<const std::byte> image, std::initializer_list<std::string_view> packets) {
    return speed<Watched, LookedAt>(image, [&](auto& emulator, auto& console) {
        const std::string path = "/tmp/looked_at." + std::to_string(::getpid());
        auto door = must(debug::Door::open(must(debug::parse_place("unix:" + path))));
        debug::Debugger debugger(emulator, std::move(door), {.halted = true});
        Client client(path);
        for (const std::string_view packet : packets) client.send(packet);
        client.send("vCont;c");
        return debugger.run(console);
    });
}
/// One of the observers looks.
double observed(std::span<const std::byte> image, auto observers_of) {
    return speed<Watched, LookedAt>(image, [&](auto& emulator, auto& console) {
        return observers_of(emulator, [&](Observers observers) {
            emulator.hart(0).observe(&observers);
            const Stopped stopped = emulator.run(console, traced);
            emulator.hart(0).observe(nullptr);
            return stopped;
        });
    });
}

struct Way {
    const char* name;
    double (*run)(std::span<const std::byte>);
};
constexpr trace::Log::Sink (*nowhere)() = [] { return trace::Log::Sink([](std::string_view) {}); };

double counting(std::span<const std::byte> image) {
    return observed(image, [](auto&, auto run) {
        trace::ExecutedCode executed;
        return run(Observers(&executed, nullptr, nullptr, nullptr));
    });
}
double blocks(std::span<const std::byte> image) {
    return observed(image, [](auto&, auto run) {
        trace::QemuLog log(nowhere(), {.exec = true}, std::nullopt);
        return run(Observers(nullptr, nullptr, &log, nullptr));
    });
}
double instructions(std::span<const std::byte> image) {
    return observed(image, [](auto&, auto run) {
        trace::SpikeLog log(nowhere(), must(trace::Disassembler::open()));
        return run(Observers(nullptr, &log, nullptr, nullptr));
    });
}
double bus(std::span<const std::byte> image) {
    return observed(image, [](auto& emulator, auto run) {
        const auto places = must(files::places_of(describe_board<Board>(), 256_MiB));
        trace::BusLog log(places, nowhere());
        auto& traced_bus = emulator.machine().template policy<trace::BusTrace>();
        traced_bus.begin({}, [&](const trace::BusAccess& access) {
            log.write(access, trace::value_of(emulator.machine(), access));
        });
        const auto stopped = run(Observers(nullptr, nullptr, nullptr, &traced_bus));
        traced_bus.end();
        return stopped;
    });
}

constexpr std::array ways{
    Way{"with the policies", with_policies},
    Way{"debugger attached", [](std::span<const std::byte> image) { return debugged(image, {}); }},
    Way{"breakpoint elsewhere",
        [](std::span<const std::byte> image) { return debugged(image, {"Z0,8f000000,4"}); }},
    Way{"--coverage", counting},
    Way{"-d exec", blocks},
    Way{"--spike-log", instructions},
    Way{"--bus-log", bus},
};

std::string spread(std::vector<double> ratios) {
    std::ranges::sort(ratios);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.3f (%.3f-%.3f)", ratios[ratios.size() / 2], ratios.front(),
                  ratios.back());
    return text.data();
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 2 ? std::atoi(argv[1]) : 0;
    if (rounds < 1) give_up("write: looked_at ROUNDS IMAGE…");
    std::printf("| kernel | alone, M/s |");
    for (const Way& way : ways) std::printf(" %s |", way.name);
    std::printf("\n");
    for (const char* const path : std::span(argv, static_cast<std::size_t>(argc)).subspan(2)) {
        std::ifstream file(path, std::ios::binary);
        const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
        if (bytes.empty()) give_up("nothing to read in an image");
        const auto image = std::as_bytes(std::span(bytes));
        std::vector<double> speeds;
        std::array<std::vector<double>, ways.size()> ratios;
        for (int round = 0; round != rounds; ++round)
            for (std::size_t i = 0; i != ways.size(); ++i) {
                const double before = alone(image), looked_at = ways[i].run(image);
                speeds.push_back(before);
                ratios[i].push_back(looked_at / before);
            }
        std::ranges::sort(speeds);
        const std::string_view name = std::string_view(path).substr(std::string_view(path).rfind('/') + 1);
        std::printf("| %.*s | %.0f |", static_cast<int>(name.find('.')), name.data(),
                    speeds[speeds.size() / 2]);
        for (const std::vector<double>& each : ratios) std::printf(" %s |", spread(each).c_str());
        std::printf("\n");
        std::fflush(stdout);
    }
}
