// Two Linux guests with a cable between their network cards: they ping each other, and a file goes over whole.
#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

#include "tests/examples/linux_guest.hpp"

using namespace wirewrap::test;

namespace {

constexpr std::string_view begins = R"sh(
ip addr add 10.0.0.$me/24 dev eth0 && ip link set eth0 up
cat /sys/class/net/eth0/address
)sh";
constexpr std::string_view asks = R"sh(
for i in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19; do ping -c 1 -W 3 10.0.0.2 > /tmp/ping && break; done
ping -c 5 10.0.0.2 | grep received
dd if=/dev/urandom of=/tmp/data bs=64k count=32 2>/dev/null
echo "sum $(sha256sum < /tmp/data)"
nc 10.0.0.2 99 < /tmp/data
sleep 1
)sh";
constexpr std::string_view answers = R"sh(
nc -l -p 99 > /tmp/data
echo "sum $(sha256sum < /tmp/data)"
)sh";

std::string sum_in(const std::string& text) {
    const std::size_t at = text.find("sum ");
    return at == std::string::npos ? "" : text.substr(at + 4, 64);
}

void check_network(int type, const std::string& legacy, const std::string& suite) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, type, 0, ends.data()) == 0);  // both programs inherit both
    std::array<Finished, 2> runs;
    const auto run = [&](std::size_t i) {
        const std::string number = std::to_string(i + 1);
        runs[i] = run_linux("me=" + number + "\n" + std::string(begins) +
                                std::string(i == 0 ? asks : answers),
                            {"-netdev", "socket,id=n,fd=" + std::to_string(ends[i]), "-device",
                             "virtio-net-device,netdev=n,mac=52:54:00:00:00:0" + number, "-global",
                             "virtio-mmio.force-legacy=" + legacy},
                            {.suite = suite, .script = "script" + number});
    };
    std::thread other([&] { run(1); });
    run(0);
    other.join();
    for (const int end : ends) ::close(end);
    INFO(runs[0].out << runs[0].err << runs[1].out << runs[1].err);
    CHECK(runs[0].status == 0);
    CHECK(runs[1].status == 0);
    CHECK(has(runs[0].out, "52:54:00:00:00:01"));
    CHECK(has(runs[1].out, "52:54:00:00:00:02"));
    CHECK(has(runs[0].out, "5 packets received"));
    CHECK(sum_in(runs[0].out).size() == 64);
    CHECK(sum_in(runs[0].out) == sum_in(runs[1].out));
}

}  // namespace

TEST_CASE("Two guests over datagrams, with virtio-mmio of version 1") {
    check_network(SOCK_DGRAM, "on", "trixie");
}
TEST_CASE("Two guests over a stream, with virtio-mmio of version 2") {
    check_network(SOCK_STREAM, "off", "trixie");
}
