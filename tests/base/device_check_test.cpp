#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/device.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

using Said = std::vector<std::string>;

// Not in a namespace without a name, so that both compilers call them the same.
namespace under_test {

struct Words {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

template <class D>
Said said() {
    Said all;
    for (const Text& mistake : check::DeviceCheck<D>::mistakes()) {
        std::string text = mistake.string();
        for (const std::string_view prefix : {"under_test::"})
            if (text.starts_with(prefix)) text.erase(0, prefix.size());
        all.push_back(text);
    }
    CHECK(all.empty() == Device<D>);
    return all;
}

struct Pins {
    static constexpr std::array outputs{std::string_view{"irq"}};
};
struct Lines {
    static constexpr std::size_t inputs = 4;
};

}  // namespace under_test

using namespace under_test;

namespace under_test {
struct NoWrite {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
};
struct ReadsWords : Words {
    std::uint32_t read(std::uint64_t) { return 0; }
};
struct ReadsNarrow : Words {
    static constexpr AccessRule access{.widths = {1, 4}};
    static constexpr Bytes registers = 4_B;
    template <class T>
        requires(sizeof(T) == 4)
    T read(std::uint64_t) {
        return 0;
    }
};
struct OddWidth : Words {
    static constexpr AccessRule access{.widths = {3}};
};
struct NoWidth : Words {
    static constexpr AccessRule access{.widths = {}};
};
struct NoBytes : Words {
    static constexpr Bytes registers = 0_B;
};
struct TooWide : Words {
    static constexpr Bytes registers = 2_B;
};
struct NumberOfBytes : Words {
    static constexpr std::uint64_t registers = 4;
};
struct NotConstant : Words {
    static inline Bytes registers = 4_B;
};
struct NotStatic : Words {
    Bytes registers = 4_B;
};
struct Argument : Words {
    explicit Argument(int) {}
};
struct NotMoved : Words {
    NotMoved() = default;
    NotMoved(const NotMoved&) = delete;
};
struct OnlyMoved : Words {
    std::unique_ptr<int> file;
};
class NothingPublic {
    [[maybe_unused]] static constexpr Bytes registers = 4_B;
};
}  // namespace under_test

TEST_CASE("what every device has") {
    CHECK(said<Words>() == Said{});
    CHECK(
        said<NoWrite>() ==
        Said{"NoWrite has no write; a device has template <AccessWord T> void write(std::uint64_t offset, T "
             "value)"});
    CHECK(said<ReadsWords>() == Said{"ReadsWords has a read that is no template; a device has template "
                                     "<AccessWord T> T read(std::uint64_t offset)"});
    CHECK(said<ReadsNarrow>() ==
          Said{"ReadsNarrow has a read that does not take accesses of 1 bytes, which its access allows; a "
               "device has template <AccessWord T> T read(std::uint64_t offset), public, or allows fewer "
               "widths"});
    CHECK(said<OddWidth>() == Said{"OddWidth has an access of 3 bytes; a bus moves 1, 2, 4 or 8 bytes"});
    CHECK(said<NoWidth>() == Said{"NoWidth has an access without a width; a bus moves 1, 2, 4 or 8 bytes"});
    CHECK(said<NoBytes>() == Said{"NoBytes has registers of 0 bytes; a device decodes 1 byte at least"});
    CHECK(said<TooWide>() == Said{"TooWide has registers of 2 bytes, into which none of its access widths "
                                  "fits; allow a narrower one"});
    const std::string no_bytes =
        " has registers that are no constant of type Bytes; a device has static constexpr Bytes registers, "
        "what it decodes";
    CHECK(said<NumberOfBytes>() == Said{"NumberOfBytes" + no_bytes});
    CHECK(said<NotConstant>() == Said{"NotConstant" + no_bytes});
    CHECK(said<NotStatic>() == Said{"NotStatic" + no_bytes});
    CHECK(said<Argument>() ==
          Said{"Argument cannot be made without arguments, as a machine makes its devices; "
               "give it a public default constructor"});
    CHECK(said<NotMoved>() == Said{"NotMoved cannot be moved, but a machine is a value that moves with its "
                                   "devices; let it be copied or moved"});
    CHECK(said<OnlyMoved>() == Said{});
    CHECK(said<int>() == Said{"int is no class; a device is a class with registers"});
    CHECK(said<const Words>().size() == 1);
    CHECK(said<NothingPublic>().size() == 4);
}

namespace under_test {
struct LevelNotConst : Words, Pins {
    bool output(std::size_t) { return false; }
};
struct LevelIsInt : Words, Pins {
    int output(std::size_t) const { return 0; }
};
struct NoLevel : Words, Pins {};
struct NoPins : Words {
    bool output(std::size_t) const { return false; }
};
struct PinsNotConstant : Words {
    static inline std::array outputs{std::string_view{"irq"}};
    bool output(std::size_t) const { return false; }
};
struct OnePin : Words {
    static constexpr std::string_view outputs = "irq";  // 'i', 'r', 'q'
    bool output(std::size_t) const { return false; }
};
struct SamePins : Words {
    static constexpr std::array<std::string_view, 3> outputs{"irq", "", "irq"};
    bool output(std::size_t) const { return false; }
};
struct PortRegisters : Words {  // data that happen to have these names
    std::uint32_t outputs = 0, output = 0, inputs = 0, input = 0, state = 0, deadline = 0, time = 0;
};
class PrivateData : public Words {
    [[maybe_unused]] std::uint32_t output = 0, input = 0, state = 0;
};
struct NoInput : Words, Lines {};
struct NoInputs : Words {
    void input(std::size_t, bool) {}
};
struct InputWithoutLevel : Words, Lines {
    void input(std::size_t) {}
};
struct InputGives : Words, Lines {
    bool input(std::size_t, bool) { return true; }
};
struct NegativeInputs : Words {
    static constexpr int inputs = -1;
    void input(std::size_t, bool) {}
};
struct ManyInputs : Words {
    static constexpr int inputs = 65537;
    void input(std::size_t, bool) {}
};
}  // namespace under_test

TEST_CASE("pins and lines") {
    const std::string drives = " that does not fit or is not public; a device that drives pins has bool "
                               "output(std::size_t pin) const";
    CHECK(said<LevelNotConst>() == Said{"LevelNotConst has a member output" + drives});
    CHECK(said<LevelIsInt>() == Said{"LevelIsInt has a member output" + drives});
    CHECK(said<NoLevel>() == Said{"NoLevel has outputs, but no output; a device that drives pins has bool "
                                  "output(std::size_t pin) const"});
    CHECK(said<NoPins>() == Said{"NoPins has output, but no outputs; a device that drives pins has static "
                                 "constexpr std::array outputs{std::string_view...}"});
    CHECK(said<PinsNotConstant>().size() == 1);
    CHECK(said<OnePin>().size() == 1);
    CHECK(said<SamePins>().size() == 2);
    CHECK(said<PortRegisters>() == Said{});
    CHECK(said<PrivateData>() == Said{});
    CHECK(said<NoInput>() == Said{"NoInput has inputs, but no input; a device that takes interrupt lines has "
                                  "void input(std::size_t line, bool level)"});
    CHECK(said<NoInputs>() ==
          Said{"NoInputs has input, but no inputs; a device that takes interrupt lines has "
               "static constexpr std::size_t inputs"});
    CHECK(said<InputWithoutLevel>() ==
          Said{"InputWithoutLevel has a member input that does not fit or is not public; a device that takes "
               "interrupt lines has void input(std::size_t line, bool level)"});
    CHECK(said<InputGives>().size() == 1);
    CHECK(said<NegativeInputs>().size() == 1);
    CHECK(said<ManyInputs>() == Said{"ManyInputs has 65537 inputs; a device has 65536 at most"});
}

namespace under_test {
struct OnlyTick : Words {
    void tick(std::uint64_t) {}
};
struct OnlyDeadline : Words {
    std::uint64_t deadline() const { return 0; }
};
struct TickOfInt : Words {
    std::uint64_t deadline() const { return 0; }
    void tick() {}
};
struct DeadlineNotConst : Words {
    std::uint64_t deadline() { return 0; }
    void tick(std::uint64_t) {}
};
struct DeadlineIsData : Words {
    void tick(std::uint64_t) {}
    std::uint64_t deadline = 0;
};
struct TimeNotConst : Words {
    void tick(std::uint64_t) {}
    std::uint64_t deadline() const { return 0; }
    std::uint64_t time() { return 0; }
};
struct Times : Words {
    void tick(std::uint64_t) {}
    std::uint64_t deadline() const { return 0; }
    std::uint64_t time() const { return 0; }
};
class PrivateTick : public Words {
    [[maybe_unused]] void tick(std::uint64_t) {}
};
struct OnlyWallClock : Words {
    void wall_clock(std::uint64_t) {}
};
struct OnlyAlarm : Words {
    std::uint64_t alarm_due() const { return 0; }
};
struct StopsNever : Words {
    bool wants_stop() { return false; }
};
struct ResetToValue : Words {
    void reset(std::uint32_t) {}
};
struct ResetGives : Words {
    bool reset() { return true; }
};
struct ResetDefaulted : Words {
    void reset(std::uint32_t = 0) {}
};
struct ResetByFunction : Words {
    std::function<void()> reset = [] {};
};
struct AttachConst : Words {
    void attach(std::span<const std::byte>) {}
};
struct AttachRef : Words {
    void attach(std::span<std::byte>&) {}
};
struct AttachPointer : Words {
    void attach(std::byte*, std::size_t) {}
};
struct TakesNoBlock : Words {
    struct Range {
        Bytes offset, size;
    };
    Range take_stored() { return {}; }
};
struct TakesNumbers : Words {
    void attach(std::span<std::byte>) {}
    struct Range {
        std::size_t offset, size;
    };
    Range take_stored() { return {}; }
};
struct StateNoTemplate : Words {
    std::uint32_t state() const { return 0; }
};
struct StateByValue : Words {
    template <class Archive>
    void state(Archive&) const;
};
struct StateOfTwo : Words {
    template <class Archive>
    void state(Archive&, int);
    std::unique_ptr<int> not_copied;
};
struct Misspelt : Words {
    void tick(std::uint64_t) {}
    std::uint64_t dealine() const { return 0; }
    void want_stop() {}
};
}  // namespace under_test

TEST_CASE("time, reset, blocks and state") {
    CHECK(said<OnlyTick>() == Said{"OnlyTick has tick, but no deadline; a device that follows the timer has "
                                   "std::uint64_t deadline() const"});
    CHECK(said<OnlyDeadline>() ==
          Said{"OnlyDeadline has deadline, but no tick; a device that follows the timer "
               "has void tick(std::uint64_t now)"});
    CHECK(said<TickOfInt>() ==
          Said{"TickOfInt has a member tick that does not fit or is not public; a device "
               "that follows the timer has void tick(std::uint64_t now)"});
    CHECK(said<DeadlineNotConst>().size() == 1);
    CHECK(said<DeadlineIsData>().size() == 1);
    CHECK(said<TimeNotConst>() ==
          Said{"TimeNotConst has a member time that does not fit or is not public; a "
               "device that follows the timer has std::uint64_t time() const, or none"});
    CHECK(said<Times>() == Said{});
    CHECK(said<PrivateTick>().size() == 2);
    CHECK(said<OnlyWallClock>() ==
          Said{"OnlyWallClock has wall_clock, but no alarm_due; a device that follows "
               "the clock on the wall has std::uint64_t alarm_due() const"});
    CHECK(said<OnlyAlarm>().size() == 1);
    CHECK(
        said<StopsNever>() ==
        Said{"StopsNever has a member wants_stop that does not fit or is not public; a device that ends the "
             "run of the machine has bool wants_stop() const"});
    CHECK(said<ResetToValue>() ==
          Said{"ResetToValue has a member reset that does not fit or is not public; a "
               "device that can be reset has void reset()"});
    CHECK(said<ResetGives>().size() == 1);
    CHECK(said<ResetDefaulted>() == Said{});
    CHECK(said<ResetByFunction>() == Said{});
    CHECK(said<AttachConst>() == Said{});  // it looks and does not write
    CHECK(said<AttachRef>().size() == 1);
    CHECK(
        said<AttachPointer>() ==
        Said{"AttachPointer has a member attach that does not fit or is not public; a device that keeps its "
             "contents in a block has void attach(std::span<std::byte> block)"});
    CHECK(said<TakesNoBlock>() == Said{"TakesNoBlock has take_stored, but no attach; a device that reports "
                                       "stores to its block has void attach(std::span<std::byte> block)"});
    CHECK(said<TakesNumbers>().size() == 1);
    CHECK(said<StateNoTemplate>() == Said{"StateNoTemplate has a member state that does not fit or is not "
                                          "public; a device that can be saved has template <class Archive> "
                                          "void state(Archive& archive)"});
    CHECK(said<StateByValue>() == Said{});
    CHECK(
        said<Misspelt>() ==
        Said{"Misspelt has tick, but no deadline; a device that follows the timer has std::uint64_t "
             "deadline() const",
             "Misspelt has a member dealine, which a machine never looks at; write deadline, or give it "
             "another name",
             "Misspelt has a member want_stop, which a machine never looks at; write wants_stop, or give it "
             "another name"});
}
