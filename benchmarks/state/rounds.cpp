// Running the same short routine again and again from the same state: a routine of a few hundred instructions that stores to
// 20 pages of a machine with 1 GiB of RAM.
//
// | row        | a round                                                                                        |
// |------------|------------------------------------------------------------------------------------------------|
// | reset      | run, then `ResetPoint::reset`                                                                  |
// | clone      | `state::clone`, an emulator for it, run, destroy both                                          |
// | fork       | fork(2), the child runs and leaves, the parent waits                                           |
// | copy       | run, then copy all of RAM back                                                                 |
// | unicorn    | uc_emu_start, then uc_context_restore and the 20 pages copied back, which it has to be told    |
//
// Prints microseconds of a round, the median of several batches in alternation, and ratios to the first row; the last two
// lines are the reset alone, and the bare copying of as many pages.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include <unicorn/unicorn.h>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/state/clone.hpp>
#include <wirewrap/state/reset_point.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

template <class Bus>
using Rv64 = riscv::Hart<Bus>;
using Original = Machine<boards::riscv::Virt, hostmem::Memfd>;
using Clone = Machine<boards::riscv::Virt, state::CopyOnWrite, state::DirtyPages<>>;
template <class M>
using Running = Emulator<M, Rv64, VirtualClock>;

constexpr std::uint64_t ram_base = 0x8000'0000;
constexpr Bytes ram_size = 1_GiB;
constexpr std::size_t pages = 20, page = 4096;
constexpr std::uint64_t first_page = ram_base + 0x10'0000, stride = 0x11'000;

// riscv64-unknown-elf-as of:
//         li t0, 0x80100000; li t2, 20; li t3, 0x11000
//     1:  lw t1, 0(t0); addi t1, t1, 1; sw t1, 0(t0); add a0, a0, t1; add t0, t0, t3; addi t2, t2, -1; bnez t2, 1b
//         lui t0, 0x100; lui t1, 0x5; addi t1, t1, 0x555; sw t1, 0(t0); wfi; j .     (the test finisher: pass)
constexpr std::array<std::uint32_t, 19> routine{
    0x0010'029b,  // addiw t0, zero, 1
    0x01f2'9293,  // slli  t0, t0, 31
    0x0010'0337,  // lui   t1, 0x100
    0x0062'82b3,  // add   t0, t0, t1
    0x0140'0393,  // li    t2, 20
    0x0001'1e37,  // lui   t3, 0x11
    0x0002'a303,  // lw    t1, 0(t0)
    0x0013'0313,  // addi  t1, t1, 1
    0x0062'a023,  // sw    t1, 0(t0)
    0x0065'0533,  // add   a0, a0, t1
    0x01c2'82b3,  // add   t0, t0, t3
    0xfff3'8393,  // addi  t2, t2, -1
    0xfe03'94e3,  // bnez  t2, -24
    0x0010'02b7,  // lui   t0, 0x100
    0x0000'5337,  // lui   t1, 0x5
    0x5553'0313,  // addi  t1, t1, 0x555
    0x0062'a023,  // sw    t1, 0(t0)
    0x1050'0073,  // wfi
    0x0000'006f,  // j     .
};

template <class E>
void run(E& emulator) {
    NoConsole console;
    if (!emulator.run(console, 100'000).finish) std::abort();
}

/// The routine up to its last store, which only the board has a device for.
class Unicorn {
public:
    explicit Unicorn(std::span<std::byte> memory, std::span<const std::byte> original)
        : memory_(memory), original_(original) {
        if (uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine_) != UC_ERR_OK ||
            uc_mem_map_ptr(engine_, ram_base, memory.size(), UC_PROT_ALL, memory.data()) != UC_ERR_OK ||
            uc_context_alloc(engine_, &context_) != UC_ERR_OK ||
            uc_context_save(engine_, context_) != UC_ERR_OK)
            std::abort();
    }
    ~Unicorn() {
        uc_context_free(context_);
        uc_close(engine_);
    }
    Unicorn(const Unicorn&) = delete;

    void round() {
        if (uc_emu_start(engine_, ram_base, ram_base + 4 * (routine.size() - 3), 0, 0) != UC_ERR_OK)
            std::abort();
        uc_context_restore(engine_, context_);
        for (std::size_t i = 0; i != pages; ++i) {
            const std::size_t at = first_page - ram_base + i * stride;
            std::memcpy(memory_.data() + at, original_.data() + at, page);
        }
    }

private:
    std::span<std::byte> memory_;
    std::span<const std::byte> original_;
    uc_engine* engine_ = nullptr;
    uc_context* context_ = nullptr;
};

double microseconds(int rounds, const std::function<void()>& round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i != rounds; ++i) round();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() /
           rounds;
}

struct Row {
    const char* name;
    int rounds;  // of a batch
    std::function<void()> round;
    std::vector<double> times{};

    double median() {
        std::ranges::sort(times);
        return times[times.size() / 2];
    }
};

}  // namespace

int main() {
    auto original =
        Original::create({.ram_size = ram_size, .memory = {.common = {.prealloc = true}}}).value();
    std::memcpy(original.ram_span(at(ram_base), Bytes{sizeof routine}).data(), routine.data(),
                sizeof routine);
    const std::span<std::byte> kept = original.ram_memory()->span();
    std::ranges::fill(kept.subspan(1 << 24), std::byte{1});  // RAM that is in use
    Running<Original> still(original);
    still.hart(0).set_pc(ram_base);

    auto machine = state::clone(original).value();
    Running<Clone> emulator(machine);
    state::copy_running(still, emulator);
    state::ResetPoint point(emulator, original.memory_blocks());
    if (run(emulator); point.reset() != pages) std::abort();

    auto copied = Original::create({.ram_size = ram_size, .memory = {.common = {.prealloc = true}}}).value();
    Running<Original> copying(copied);
    const auto copy_all = [&] {
        std::memcpy(copied.ram_memory()->data(), kept.data(), kept.size());
        copied.put_devices(original.devices());
        state::copy_running(still, copying);
    };
    copy_all();
    std::vector<std::byte> scratch(pages * page), source(pages * page, std::byte{1});
    Unicorn unicorn(copied.ram_memory()->span(), kept);

    std::vector<Row> rows;
    rows.push_back({"reset", 10'000, [&] {
                        run(emulator);
                        point.reset();
                    }});
    rows.push_back({"clone", 100, [&] {
                        auto clone = state::clone(original).value();
                        Running<Clone> its(clone);
                        state::copy_running(still, its);
                        run(its);
                    }});
    rows.push_back({"fork", 100, [&] {
                        const ::pid_t child = ::fork();
                        if (child == 0) {
                            run(emulator);
                            ::_exit(0);
                        }
                        ::waitpid(child, nullptr, 0);
                    }});
    rows.push_back({"unicorn", 1000, [&] { unicorn.round(); }});
    rows.push_back({"copy", 2, [&] {
                        run(copying);
                        copy_all();
                    }});
    rows.push_back({"run alone", 10'000, [&] {
                        emulator.hart(0).set_pc(ram_base);
                        machine.update<"test">([](auto& finisher) { finisher.reset(); });
                        run(emulator);
                    }});
    rows.push_back({"20 pages copied", 10'000, [&] {
                        for (std::size_t i = 0; i != pages; ++i) {
                            const std::size_t at = first_page - ram_base + i * stride;
                            std::memcpy(machine.ram_memory()->data() + at, kept.data() + at, page);
                        }
                    }});
    constexpr int batches = 7;
    for (int batch = 0; batch != batches; ++batch) {
        for (Row& row : rows) row.times.push_back(microseconds(row.rounds, row.round));
        point.reset();
    }
    const double reset = rows[0].median();
    std::printf("%-16s %12s %10s\n", "", "us a round", "to reset");
    for (Row& row : rows) std::printf("%-16s %12.2f %10.2f\n", row.name, row.median(), row.median() / reset);
    std::printf("a reset without its copying: %.2f us\n", reset - rows[5].median() - rows[6].median());
    return 0;
}
