// Functions whose machine code assembly_test.py reads. Each does one thing, so that its instructions are that thing.
#include <wirewrap/machine.hpp>
#include <wirewrap/state.hpp>

#include "boards.hpp"

using namespace boards_under_test;

/// Hears of no access.
struct NoHooks {
    Expected<void> attach(std::span<const Bytes>) { return {}; }
};

using SizeInType = Machine<Bench, hostmem::Fixed<64_MiB>>;
using SizeAtRunTime = Machine<Bench, hostmem::Anonymous>;
using EmptyPolicies = Machine<Bench, hostmem::Anonymous, NoHooks>;
using Tracked = Machine<Bench, hostmem::Anonymous, state::DirtyPages<>>;
using Watched = Machine<Bench, hostmem::Anonymous, state::Watchpoints>;

// Somebody else's, so that the compiler cannot look inside.
std::uint32_t on_fault(BusFault fault);

template <class M>
[[gnu::always_inline]] inline std::uint32_t load_word(M& machine, GuestAddress address) {
    // Not const: g++ 12 leaves error() const as a call, and keeps the value in memory for it.
    auto word = machine.template load<std::uint32_t>(address);
    if (word) [[likely]]
        return *word;
    return on_fault(word.error());
}
template <class M>
[[gnu::always_inline]] inline bool store_word(M& machine, GuestAddress address, std::uint32_t value) {
    return machine.template store<std::uint32_t>(address, value).has_value();
}

extern "C" {
std::uint32_t load_size_in_type(SizeInType& machine, GuestAddress address) {
    return load_word(machine, address);
}
std::uint32_t load_size_at_run_time(SizeAtRunTime& machine, GuestAddress address) {
    return load_word(machine, address);
}
std::uint32_t load_empty_policies(EmptyPolicies& machine, GuestAddress address) {
    return load_word(machine, address);
}
bool store_size_in_type(SizeInType& machine, GuestAddress address, std::uint32_t value) {
    return store_word(machine, address, value);
}
bool store_size_at_run_time(SizeAtRunTime& machine, GuestAddress address, std::uint32_t value) {
    return store_word(machine, address, value);
}
bool store_empty_policies(EmptyPolicies& machine, GuestAddress address, std::uint32_t value) {
    return store_word(machine, address, value);
}
std::uint32_t load_tracked(Tracked& machine, GuestAddress address) { return load_word(machine, address); }
bool store_tracked(Tracked& machine, GuestAddress address, std::uint32_t value) {
    return store_word(machine, address, value);
}
bool make_plain() { return SizeAtRunTime::create().has_value(); }
std::uint32_t load_watched(Watched& machine, GuestAddress address) { return load_word(machine, address); }
}
