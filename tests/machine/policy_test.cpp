#include <wirewrap/machine/machine.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "boards.hpp"

using namespace boards_under_test;

namespace {

struct Stores {
    void ram_stored(Bytes offset, std::size_t width) { seen.push_back({offset, width}); }
    std::vector<std::pair<Bytes, std::size_t>> seen;
};
struct Trace {
    void accessed(Access access, GuestAddress address, std::size_t width) {
        seen.push_back({access, address, width});
    }
    struct Entry {
        Access access;
        GuestAddress address;
        std::size_t width;
        friend bool operator==(const Entry&, const Entry&) = default;
    };
    std::vector<Entry> seen;
};
/// Hears of nothing that happens later.
struct Nothing {
    Expected<void> attach(std::span<const Bytes>) { return {}; }
};

}  // namespace

TEST_CASE("Policies hear of every access, by the offset in the block") {
    auto machine = Machine<Bench, hostmem::Anonymous, Stores, Trace, Nothing>::create().value();
    auto& stores = machine.policy<Stores>().seen;
    auto& trace = machine.policy<Trace>().seen;
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'0010), 1));
    REQUIRE(machine.store<std::uint16_t>(at(0xc000'0020), 1));  // mirror of offset 1 MiB
    REQUIRE(machine.load<std::uint64_t>(at(0x8000'0010)));
    REQUIRE(machine.fetch<std::uint16_t>(at(0x0)));
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0000), 1));
    REQUIRE_FALSE(machine.load<std::uint8_t>(at(0x7000'0000)));
    REQUIRE(machine.ram_span(at(0x8000'1000), 4_KiB).size() == 4096);

    using Stored = std::pair<Bytes, std::size_t>;
    CHECK(stores == std::vector<Stored>{{16_B, 4}, {1_MiB + 32_B, 2}, {4_KiB, 4096}});
    CHECK(trace == std::vector<Trace::Entry>{{Access::store, at(0x8000'0010), 4},
                                             {Access::store, at(0xc000'0020), 2},
                                             {Access::load, at(0x8000'0010), 8},
                                             {Access::fetch, at(0x0), 2},
                                             {Access::store, at(0x1000'0000), 4}});
}

TEST_CASE("A policy without data takes no space") {
    STATIC_REQUIRE(sizeof(Machine<Bench, hostmem::Anonymous>) ==
                   sizeof(Machine<Bench, hostmem::Anonymous, Nothing>));
}

TEST_CASE("A direct window is main RAM that nobody watches") {
    auto machine = Machine<Bench, hostmem::Anonymous, Nothing>::create().value();
    STATIC_REQUIRE(GivesDirectWindow<decltype(machine)>);
    const DirectWindow window = machine.direct_window();
    CHECK(window.base == at(0x8000'0000));
    CHECK(window.size == machine.ram_windows()[0].size);
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'0007), 9));
    CHECK(window.memory[7] == std::byte{9});
    auto watched = Machine<Bench, hostmem::Anonymous, Stores>::create().value();
    CHECK(watched.direct_window().size == 0_B);
    auto traced = Machine<Bench, hostmem::Anonymous, Trace>::create().value();
    CHECK(traced.direct_window().size == 0_B);
}

namespace {

template <class... Ps>
std::vector<std::string> said_of() {
    std::vector<std::string> said;
    for (const Text& mistake : check::PoliciesCheck<Ps...>::mistakes()) said.push_back(mistake.string());
    return said;
}
using Said = std::vector<std::string>;

struct PlainNumbers {
    void ram_stored(std::uint64_t, std::size_t) {}
};
struct Swapped {
    void ram_stored(std::size_t, Bytes) {}
    void accessed(Access, GuestAddress, std::size_t) {}
};
struct Overloaded {
    void spanned(int) {}
    void spanned(GuestAddress, Bytes) {}
};
struct WrongOverloads {
    void spanned(int) {}
    void spanned(Bytes, GuestAddress) {}
};
struct Hidden {
    void accessed(Access, GuestAddress, std::size_t) {}

private:
    void ram_stored(Bytes, std::size_t) {}
};
struct Mutable {
    template <class Width>
    void block_stored(std::size_t, Bytes, Width) {}
};
struct GivesVoid {
    void attach(std::span<const Bytes>) {}
};
struct TakesWritable {
    Expected<void> attach(std::span<Bytes>) { return {}; }
};
struct Misspelt {
    void ram_store(Bytes, std::size_t) {}
};
struct CountersOfThatName {
    void ram_stored(Bytes, std::size_t) { ++accessed; }
    std::uint64_t accessed = 0, spanned = 0;
};
struct Empty {};
struct Sealed final {
    void ram_stored(Bytes, std::size_t) {}
};
struct Answers {
    bool ram_stored(Bytes, std::size_t) { return true; }
};

}  // namespace

TEST_CASE(
    "A policy with a member that has a hook's name and another form is refused, and one without hooks") {
    STATIC_REQUIRE(Policy<Stores> && Policy<Trace> && Policy<Nothing> && Policy<Overloaded> &&
                   Policy<Mutable> && Policy<CountersOfThatName>);
    STATIC_REQUIRE(ArePolicies<> && ArePolicies<Stores, Trace> && !ArePolicies<Stores, Empty>);
    CHECK(said_of<PlainNumbers>().size() == 1);
    CHECK(said_of<PlainNumbers>()[0].find("PlainNumbers has a member ram_stored that does not fit or is not "
                                          "public; a policy has void ram_stored(Bytes offset, std::size_t "
                                          "width)") != std::string::npos);
    CHECK(said_of<Swapped>().size() == 1);
    CHECK(said_of<WrongOverloads>().size() == 1);
    CHECK(said_of<Hidden>().size() == 1);
    CHECK(said_of<GivesVoid>().size() == 1);
    CHECK(said_of<TakesWritable>().size() == 1);
    CHECK(said_of<Answers>().size() == 1);
    CHECK(said_of<Sealed>().size() == 1);
    CHECK(said_of<int>().size() == 1);
    CHECK(said_of<Stores, Trace>() == Said{});
    CHECK(said_of<Stores, Stores>().size() == 1);
    CHECK(
        said_of<Misspelt>()[0].find("Misspelt has a member ram_store, which a machine never looks at; write "
                                    "ram_stored, or give it another name") != std::string::npos);
    CHECK(said_of<Empty>()[0].find(
              "Empty has no hook, so it would hear of nothing; a policy has ram_stored, "
              "block_stored, accessed, spanned, wants_fetches, wants_accesses, lent, given_back or attach") !=
          std::string::npos);
}
