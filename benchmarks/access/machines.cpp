// Machines: boards of 1, 8 and 64 devices, of one type and of two in turn, sizes in the type and not, a backend chosen at run time, RAM in two windows.
#include <memory>
#include <optional>
#include <utility>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/fixed.hpp>
#include <wirewrap/hostmem/selected.hpp>
#include <wirewrap/machine.hpp>

#include "measure.hpp"
#include "targets.hpp"

namespace access_benchmark {

namespace {

struct Size8 {
    static constexpr auto name = "machine_8";
};
struct Size1 {
    static constexpr auto name = "machine_1";
};
struct Size64 {
    static constexpr auto name = "machine_64";
};
struct Turns8 {
    static constexpr auto name = "machine_turns_8";
};
struct Turns64 {
    static constexpr auto name = "machine_turns_64";
};
struct InType {
    static constexpr auto name = "machine_fixed";
};
struct AtRunTime {
    static constexpr auto name = "machine_selected";
};
struct Windows {
    static constexpr auto name = "machine_windows";
};

template <class Name, class B, class Backend>
class OnMachine {
public:
    static constexpr auto name = Name::name;
    static constexpr std::size_t devices = B::devices;

    OnMachine() {
        typename Backend::Options memory{};
        if constexpr (requires { memory.parts; })
            memory = hostmem::select<hostmem::Anonymous>({.prealloc = true});
        else
            memory.prealloc = true;
        if (auto made = Machine<B, Backend>::create({.ram_size = ram_size, .memory = memory}))
            machine_.emplace(std::move(*made));
    }
    bool good() const { return machine_.has_value(); }

    [[gnu::always_inline]] std::uint64_t load(std::uint32_t address) {
        return machine_->template load<std::uint64_t>(at(address)).value_or(0);
    }
    [[gnu::always_inline]] void store(std::uint32_t address, std::uint64_t value) {
        (void)machine_->template store<std::uint64_t>(at(address), value);
    }

private:
    std::optional<Machine<B, Backend>> machine_;
};

template <class Target>
void add(ListOf list_of) {
    measure<Target>(list_of, [] { return std::make_unique<Target>(); });
}

}  // namespace

void add_machines() {
    add<OnMachine<Size1, OneWindow<1>, hostmem::Anonymous>>(in_one_window);
    add<OnMachine<Size8, OneWindow<8>, hostmem::Anonymous>>(in_one_window);
    add<OnMachine<Size64, OneWindow<64>, hostmem::Anonymous>>(in_one_window);
    add<OnMachine<Turns8, OneWindow<8, 2>, hostmem::Anonymous>>(in_one_window);
    add<OnMachine<Turns64, OneWindow<64, 2>, hostmem::Anonymous>>(in_one_window);
    add<OnMachine<InType, OneWindow<8>, hostmem::Fixed<ram_size>>>(in_one_window);
    add<OnMachine<AtRunTime, OneWindow<8>, hostmem::Selected>>(in_one_window);
    add<OnMachine<Windows, TwoWindows, hostmem::Anonymous>>(in_two_windows);
}

}  // namespace access_benchmark
