// Executions a second of a parser that is fuzzed (examples/fuzzing/guest), each from the same state, with edges counted:
//
//     tools/bazel build //benchmarks/fuzz:routine_clang //examples/fuzzing:parser.elf
//     bazel-bin/benchmarks/fuzz/routine_clang.program bazel-bin/examples/fuzzing/parser.elf
//
// | row         | a case                                                                                          |
// |-------------|-------------------------------------------------------------------------------------------------|
// | translated  | `fuzz::Target` on a hart with jit::TranslatedForFuzzing                                         |
// | interpreted | the same with riscv::CountedEdges, on a machine with `DirtyPages`                               |
// | unicorn     | uc_emu_start with UC_HOOK_BLOCK counting edges, uc_context_restore, and the pages copied back   |
//
// Unicorn is told which pages to copy back, and need not find out; it has no limit of instructions, which would cost it a hook
// for each. Batches alternate; printed are medians, and the ratio batch by batch with its least and its greatest.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <unicorn/unicorn.h>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/counted_edges.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/fuzz.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/state/clone.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

using Case = std::vector<std::byte>;
using Map = std::array<std::uint8_t, 4096>;
using Original = Machine<boards::riscv::Virt, hostmem::Memfd>;

constexpr std::uint64_t ram_base = 0x8000'0000, input_at = 0x8008'0000;
constexpr Bytes ram_size = 1_MiB;

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "routine: %s\n", why.c_str());
    std::exit(1);
}

/// Messages that pass, of `records` records.
std::vector<Case> messages(std::size_t records) {
    std::mt19937 random(1);
    std::vector<Case> all;
    for (int i = 0; i != 64; ++i) {
        std::string message = "WRAP\x01";
        for (std::size_t record = 0; record != records; ++record) switch (random() % 3) {
            case 0:
                message += {'N', static_cast<char>(0x80 | random() % 128), static_cast<char>(random() % 128)};
                break;
            case 1:
                message += std::string("T\x10") + std::string(16, static_cast<char>('a' + random() % 26));
                break;
            default: message += {'G', 3, 'N', static_cast<char>(random() % 128), 'E'};
            }
        message += 'E';
        const auto bytes = std::as_bytes(std::span(message));
        all.emplace_back(bytes.begin(), bytes.end());
    }
    return all;
}

template <class Regions>
struct Hart {
    template <class Bus>
    using On = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, Regions>;
};

template <class Regions, class Dirty>
class Wirewrap {
    using Clone = Machine<boards::riscv::Virt, state::CopyOnWrite, Dirty>;
    using Running = Emulator<Clone, Hart<Regions>::template On, VirtualClock>;

public:
    Wirewrap(Original& original, GuestAddress entry)
        : clone_(state::clone<Dirty>(original).value()), emulator_(clone_) {
        emulator_.hart(0).set_pc(entry.value);
        target_ = std::make_unique<fuzz::Target<Running>>(emulator_, original.memory_blocks(), map,
                                                          fuzz::CaseOptions{.instructions = 100'000});
    }
    /// What the parser returned.
    std::uint64_t run(const Case& input) {
        map.fill(0);  // as an engine does
        const auto outcome = target_->run([&](Running& emulator) {
            if (!fuzz::put_input(emulator.machine(), at(input_at), 4_KiB, input)) std::abort();
            emulator.hart(0).set_x(10, input_at);
            emulator.hart(0).set_x(11, input.size());
        });
        if (!outcome.passed()) give_up(outcome.what);
        executed = outcome.executed;
        return emulator_.hart(0).x(10);
    }
    std::size_t pages() const { return target_->pages(); }

    Map map{};
    std::uint64_t executed = 0;

private:
    Clone clone_;
    Running emulator_;
    std::unique_ptr<fuzz::Target<Running>> target_;
};

class Unicorn {
public:
    Unicorn(std::span<const std::byte> original, std::uint64_t entry, std::uint64_t end)
        : original_(original), memory_(original.begin(), original.end()), entry_(entry), end_(end) {
        check(uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &engine_));
        check(uc_mem_map_ptr(engine_, ram_base, memory_.size(), UC_PROT_ALL, memory_.data()));
        uc_hook hook = 0;
        check(uc_hook_add(engine_, &hook, UC_HOOK_BLOCK, reinterpret_cast<void*>(&block), this, 1, 0));
        check(uc_context_alloc(engine_, &context_));
        check(uc_context_save(engine_, context_));
    }
    ~Unicorn() {
        uc_context_free(context_);
        uc_close(engine_);
    }
    Unicorn(const Unicorn&) = delete;

    std::uint64_t run(const Case& input) {
        map.fill(0);
        uc_context_restore(engine_, context_);
        for (const std::size_t page : pages)
            std::memcpy(memory_.data() + page, original_.data() + page, 4096);
        std::memcpy(memory_.data() + (input_at - ram_base), input.data(), input.size());
        std::uint64_t address = input_at, size = input.size(), result = 0;
        uc_reg_write(engine_, UC_RISCV_REG_A0, &address);
        uc_reg_write(engine_, UC_RISCV_REG_A1, &size);
        before_ = 0;
        check(uc_emu_start(engine_, entry_, end_, 0, 0));
        uc_reg_read(engine_, UC_RISCV_REG_A0, &result);
        return result;
    }

    /// Data, stack, input, the buffer: what a case stores to.
    static constexpr std::array<std::size_t, 4> pages{0, 0xf000, input_at - ram_base, 0xff000};
    Map map{};

private:
    static void check(uc_err error) {
        if (error != UC_ERR_OK) give_up(uc_strerror(error));
    }
    static void block(uc_engine*, std::uint64_t address, std::uint32_t, void* of) {
        auto& self = *static_cast<Unicorn*>(of);
        const std::uint64_t here = (address >> 4) ^ (address << 8);
        ++self.map[(here ^ self.before_) % self.map.size()];
        self.before_ = here >> 1;
    }

    std::span<const std::byte> original_;
    std::vector<std::byte> memory_;
    std::uint64_t entry_, end_, before_ = 0;
    uc_engine* engine_ = nullptr;
    uc_context* context_ = nullptr;
};

/// Of processor time, for other programs may run as well.
double now() {
    ::timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double a_second(const std::vector<Case>& cases, int rounds,
                const std::function<std::uint64_t(const Case&)>& run) {
    const double start = now();
    for (int i = 0; i != rounds; ++i)
        for (const Case& input : cases)
            if (run(input) != 0) give_up("a message did not pass");
    return static_cast<double>(cases.size()) * rounds / (now() - start);
}

double median(std::vector<double> all) {
    std::ranges::sort(all);
    return all[all.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) give_up("give it parser.elf");
    const auto file = read_file(argv[1]);
    if (!file) give_up(file.error().message);
    auto original = Original::create({.ram_size = ram_size}).value();
    const auto loaded = load_elf(original, argv[1], file->bytes(),
                                 {.machine = ElfMachine::riscv, .bits = 64});
    if (!loaded) give_up(loaded.error().message);
    const std::span<const std::byte> memory = original.ram_memory()->span();
    std::uint64_t wfi = ram_base;
    constexpr std::array<std::uint8_t, 4> wfi_bytes{0x73, 0x00, 0x50, 0x10};
    while (std::memcmp(memory.data() + (wfi - ram_base), wfi_bytes.data(), 4) != 0) wfi += 2;

    Wirewrap<jit::TranslatedForFuzzing, state::MarkedPages<>> translated(original, loaded->entry);
    Wirewrap<riscv::CountedEdges, state::DirtyPages<>> interpreted(original, loaded->entry);
    Unicorn unicorn(memory.first(ram_size.count), loaded->entry.value, wfi);

    struct Row {
        const char* name;
        int rounds;
        std::function<std::uint64_t(const Case&)> run;
        std::vector<double> rates{};
    };
    for (const std::size_t records : {1u, 8u, 64u}) {
        const std::vector<Case> cases = messages(records);
        std::uint64_t instructions = 0;
        for (const Case& input : cases) {
            if (translated.run(input) != 0 || interpreted.run(input) != 0 || unicorn.run(input) != 0)
                give_up("a message did not pass");
            if (translated.map != interpreted.map) give_up("the maps of edges differ");
            instructions += translated.executed;
        }
        std::array<Row, 3> rows{
            Row{"translated", 400, [&](const Case& input) { return translated.run(input); }},
            Row{"interpreted", 100, [&](const Case& input) { return interpreted.run(input); }},
            Row{"unicorn", 40, [&](const Case& input) { return unicorn.run(input); }}};
        for (int batch = 0; batch != 11; ++batch)
            for (Row& row : rows)
                row.rates.push_back(a_second(cases, row.rounds / static_cast<int>(records) + 4, row.run));
        std::printf("%zu records, %llu instructions and %zu pages a case\n", records,
                    static_cast<unsigned long long>(instructions / cases.size()), translated.pages());
        for (Row& row : rows) {
            std::vector<double> ratios;
            for (std::size_t i = 0; i != row.rates.size(); ++i)
                ratios.push_back(row.rates[i] / rows[2].rates[i]);
            std::ranges::sort(ratios);
            std::printf("  %-12s %10.0f a second   %6.2f times unicorn (%.2f … %.2f)\n", row.name,
                        median(row.rates), ratios[ratios.size() / 2], ratios.front(), ratios.back());
        }
    }
    return 0;
}
