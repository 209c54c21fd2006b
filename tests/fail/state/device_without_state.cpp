// EXPECT: a running counter cannot be saved or restored: its tally cannot give its state; write state(archive) for it, or save the memory of the machine only
// A snapshot of a running machine has all of its devices, or it is none.
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/save.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Tally {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return static_cast<T>(count);
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {
        ++count;
    }
#ifdef WIREWRAP_MISTAKE
#else
    template <class Archive>
    void state(Archive& archive) {
        archive.field("count", count);
    }
#endif
    std::uint32_t count = 0;
};

struct Counter {
    static constexpr auto name = "counter";
    static constexpr auto ram = main_ram("counter.ram", 1_MiB);
    static constexpr auto map = memory_map(device<"tally", Tally>(at(0x1000'0000), 4_KiB));
};

struct IdleHart {
    struct State {
        template <class Archive>
        void state(Archive&) {}
    };
    State state() const { return {}; }
    void set_state(const State&) {}
    void forget_code() {}
};

struct Rig {
    using MachineType = Machine<Counter, hostmem::Anonymous>;
    using Hart = IdleHart;
    MachineType& machine() { return *machine_; }
    Hart& hart(std::size_t) { return hart_; }
    VirtualClock& clock() { return clock_; }

    MachineType* machine_ = nullptr;
    Hart hart_;
    VirtualClock clock_{1'000'000};
};

Expected<state::Saved> save_all(Rig& rig) { return state::save(rig, "rig.snapshot"); }
