#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/vhost/front_end.hpp>

#include <tests/vhost/scripted_transport.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using vhost::Request;
using namespace std::chrono_literals;

namespace {

template <std::size_t Holes>
struct Holed {
    static constexpr auto name = "holed";
    static constexpr auto ram = main_ram("holed.ram", 64_MiB).placed(at(0x0));
    static constexpr auto map = [] {
        if constexpr (Holes == 1)
            return memory_map(overlay(reserved<"a">(at(0x10'0000), 4_KiB)));
        else
            return memory_map(
                overlay(reserved<"a">(at(0x10'0000), 4_KiB)), overlay(reserved<"b">(at(0x20'0000), 4_KiB)),
                overlay(reserved<"c">(at(0x30'0000), 4_KiB)), overlay(reserved<"d">(at(0x40'0000), 4_KiB)),
                overlay(reserved<"e">(at(0x50'0000), 4_KiB)), overlay(reserved<"f">(at(0x60'0000), 4_KiB)),
                overlay(reserved<"g">(at(0x70'0000), 4_KiB)), overlay(reserved<"h">(at(0x80'0000), 4_KiB)));
    }();
};

vhost::FrontEnd<ScriptedTransport> front() {
    return vhost::FrontEnd(vhost::Channel(ScriptedTransport(), 5s));
}

constexpr std::uint64_t both = vhost::feature::protocol_features | vhost::feature::version_1;

/// Agreed on everything, without acknowledgements, so that no answers are needed for what follows.
vhost::FrontEnd<ScriptedTransport> agreed(std::uint64_t protocol) {
    auto f = front();
    f.transport().answer(Request::get_features, both | 1 << 9);
    f.transport().answer(Request::get_protocol_features, protocol);
    REQUIRE(f.agree(1 << 9 | 1 << 13));
    f.transport().heard.clear();
    return f;
}

std::string refusal(const auto& result) {
    REQUIRE_FALSE(result);
    return result.error().message;
}

}  // namespace

TEST_CASE("features are those that both sides have") {
    auto f = front();
    f.transport().answer(Request::get_features, both | 1 << 9 | 1 << 29);
    f.transport().answer(Request::get_protocol_features, ~0ull & ~vhost::protocol_feature::reply_ack);
    REQUIRE(f.agree(1 << 9 | 1 << 13));
    CHECK(f.has(1 << 9));
    CHECK_FALSE(f.has(1 << 13));
    CHECK_FALSE(f.has(1 << 29));
    CHECK(f.offers(1 << 29));
    const auto& heard = f.transport().heard;
    REQUIRE(heard.size() == 5);
    CHECK(heard[2].header.request == static_cast<std::uint32_t>(Request::set_protocol_features));
    CHECK(read_memory<std::uint64_t>(heard[2].payload.data()) ==
          (vhost::protocol_feature::config | vhost::protocol_feature::configure_mem_slots));
    CHECK(read_memory<std::uint64_t>(heard[4].payload.data()) == (both | 1 << 9));
}

TEST_CASE("back ends without virtio 1.0 or protocol features are refused") {
    auto old = front();
    old.transport().answer(Request::get_features, vhost::feature::protocol_features);
    CHECK(refusal(old.agree(0)).find("legacy virtio only") != std::string::npos);
    auto plain = front();
    plain.transport().answer(Request::get_features, vhost::feature::version_1);
    CHECK(refusal(plain.agree(0)).find("no protocol features") != std::string::npos);
    auto mute = agreed(0);
    CHECK(refusal(mute.configuration(60)).find("does not tell its configuration") != std::string::npos);
}

TEST_CASE("up to 8 regions are one table, more are told one by one where the back end can") {
    auto one = Machine<Holed<1>, hostmem::Memfd>::create();
    REQUIRE(one);
    auto f = agreed(0);
    REQUIRE(f.share(*vhost::SharedRam::of(*one)));
    REQUIRE(f.transport().heard.size() == 1);
    const Heard& table = f.transport().heard[0];
    CHECK(table.header.request == static_cast<std::uint32_t>(Request::set_mem_table));
    CHECK(table.payload.size() == 8 + 2 * 32);
    CHECK(table.descriptors == 2);
    CHECK(read_memory<std::uint64_t>(table.payload.data() + 40) ==
          0x10'1000);  // second region: guest address
    CHECK(read_memory<std::uint64_t>(table.payload.data() + 40 + 24) == 0x10'1000);  // and offset in the file

    auto nine = Machine<Holed<8>, hostmem::Memfd>::create();
    REQUIRE(nine);
    const auto ram = vhost::SharedRam::of(*nine);
    CHECK(refusal(f.share(*ram))
              .starts_with("the guest has RAM in 9 places, and the vhost-user back end takes 8"));
    auto slots = agreed(vhost::protocol_feature::configure_mem_slots);
    slots.transport().answer(Request::get_max_mem_slots, 8);
    CHECK(refusal(slots.share(*ram)) == "the guest has RAM in 9 places, and the vhost-user back end takes 8");
    slots.transport().answer(Request::get_max_mem_slots, 32);
    slots.transport().heard.clear();
    REQUIRE(slots.share(*ram));
    REQUIRE(slots.transport().heard.size() == 10);
    CHECK(slots.transport().heard[1].header.request == static_cast<std::uint32_t>(Request::add_mem_reg));
    CHECK(slots.transport().heard[1].payload.size() == 40);
    CHECK(slots.transport().heard[1].descriptors == 1);
}
