// Members whose names are near to names that mean something, as a compiler with reflection finds them: see near_members.hpp.
// Which sentences a list alone finds is tested on every compiler, in tests/base and tests/board.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <wirewrap/board.hpp>
#include <wirewrap/machine.hpp>

#ifndef __cpp_impl_reflection
#error "this file is for compilers with reflection: -std=c++26 -freflection"
#endif

using namespace wirewrap;
using namespace wirewrap::literals;

template <class Check>
consteval bool says(std::vector<std::string> sentences) {
    const check::Mistakes mistakes = Check::mistakes();
    if (mistakes.size() != sentences.size()) return false;
    for (std::size_t i = 0; i != mistakes.size(); ++i)
        if (mistakes[i].view() != sentences[i]) return false;
    return true;
}

// Devices.

struct WordRegisters {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};
struct Timer : WordRegisters {
    std::uint64_t deadline() const { return 0; }
    void tick(std::uint64_t) {}
};

struct Listed : WordRegisters {
    std::uint64_t dealine() const { return 0; }
};
struct OneEdit : WordRegisters {
    void ticc(std::uint64_t) {}
};
struct TwoEdits : WordRegisters {
    std::uint64_t deadlnie_() const { return 0; }
};
struct Overloaded : WordRegisters {
    void deadlne() {}
    void deadlne(int) {}
};
struct Template : WordRegisters {
    template <class Archive>
    void sttae(Archive&) {}
};
struct Constant : WordRegisters {
    static constexpr std::size_t inptus = 4;
};
struct Inherits : TwoEdits {};
struct Ticks {
    void ticc(std::uint64_t) {}
};
struct InheritsInPrivate : WordRegisters, private Ticks {};
struct Several : WordRegisters {
    std::uint64_t dealine() const { return 0; }
    void ticc(std::uint64_t) {}
    bool wantsstopp() const { return false; }
};
struct Final final : WordRegisters {
    void ticc(std::uint64_t) {}
};

static_assert(!Device<Listed> && !Device<OneEdit> && !Device<TwoEdits> && !Device<Overloaded>);
static_assert(!Device<Template> && !Device<Constant> && !Device<Inherits>);
static_assert(!Device<Several> && !Device<Final>);
static_assert(says<check::DeviceCheck<Listed>>({"Listed has a member dealine, which a machine never looks "
                                                "at; write deadline, or give it another name"}));
static_assert(says<check::DeviceCheck<Inherits>>({"Inherits has a member deadlnie_, which a machine never "
                                                  "looks at; write deadline, or give it another name"}));
static_assert(says<check::DeviceCheck<Overloaded>>({"Overloaded has a member deadlne, which a machine never "
                                                    "looks at; write deadline, or give it another name"}));
static_assert(says<check::DeviceCheck<Several>>(
    {"Several has a member dealine, which a machine never looks at; write deadline, or give it another name",
     "Several has a member ticc, which a machine never looks at; write tick, or give it another name",
     "Several has a member wantsstopp, which a machine never looks at; write wants_stop, or give it another "
     "name"}));

struct Unrelated : Timer {
    static constexpr std::uint32_t baud = 115'200;
    void transmit(std::uint8_t) {}
    std::uint64_t frame_address() const { return 0; }
    template <class T>
    void each_byte(T) {}
    Unrelated& operator++() { return *this; }
    explicit operator bool() const { return true; }
    struct Ticc {};
    using rezet = int;
};
class Private : public WordRegisters {
    [[maybe_unused]] static constexpr std::uint8_t ready = 0x80;
    [[maybe_unused]] void rseet() {}
};
struct Data : Timer {
    std::uint32_t ticc = 0, deadlne = 0, inptus = 0;
};
/// WordRegisters of their own, each near to a name that a machine looks at.
struct Ordinary : WordRegisters {
    bool ready() const { return true; }
    void timer() {}
    void stats() {}
    void rest() {}
    void kick() {}
    void detach() {}
    bool success() const { return true; }
    void trick_() {}
};
static_assert(Device<WordRegisters> && Device<Timer> && Device<Unrelated> && Device<Data>);
static_assert(Device<Private> && Device<InheritsInPrivate> && Device<Ordinary>);
static_assert(!Device<struct Undefined> && !Device<int>);

// Boards.

struct Plain {
    static constexpr auto name = "plain";
    static constexpr auto ram = main_ram("plain.ram", 128_MiB).accepts(any).placed(at(0x8000'0000));
};
struct Map : Plain {
    static constexpr auto mapp = memory_map(device<"timer", Timer>(at(0x1000), 4_B));
};
struct Wires : Plain {
    static constexpr auto wirres = wiring();
};
struct Cores : Plain {
    static constexpr int cores = 2;
};
struct Noted : Plain {
    static constexpr auto map = memory_map(device<"timer", Unrelated>(at(0x1000), 4_B));
    static constexpr std::uint64_t baud = 115'200;
    static constexpr std::uint64_t frame_address() { return 0x9000'0000; }
};

static_assert(Board<Plain> && Board<Noted> && !Board<Map> && !Board<Wires> && !Board<Cores>);
static_assert(says<check::MemberCheck<Map>>(
    {"Map has a member mapp, which a board never looks at; write map, or give it another name"}));
static_assert(says<check::MemberCheck<Wires>>(
    {"Wires has a member wirres, which a board never looks at; write wires, or give it another name"}));
static_assert(says<check::MemberCheck<Cores>>(
    {"Cores has a member cores, which a board never looks at; write harts, or give it another name"}));

// Policies.

struct Stores {
    void ram_stored(Bytes, std::size_t) { ++count; }
    std::uint64_t stores() const { return count; }
    std::uint64_t count = 0;
};
struct StoresAndMore : Stores {
    void ram_storedd(Bytes, std::size_t) {}
};
static_assert(Policy<Stores> && !Policy<StoresAndMore>);
static_assert(says<check::PolicyCheck<StoresAndMore>>(
    {"StoresAndMore has a member ram_storedd, which a machine never looks at; write ram_stored, or give it "
     "another name"}));
