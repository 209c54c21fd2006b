#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include <boost/hana/length.hpp>
#include <catch2/catch.hpp>

#include <boards/all.hpp>
#include <boards/descriptions.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

std::string_view target_of(std::string_view name) { return name.substr(0, name.find('/')); }

}  // namespace

TEST_CASE("the list and its descriptions are the same boards") {
    CHECK(boards::descriptions().size() == decltype(boost::hana::length(boards::all))::value);
    CHECK(boards::descriptions().front().name == board_name<boards::alpha::Clipper>);
}

TEST_CASE("a board is called target/machine, and no two are called the same in one release") {
    for (const QemuRelease release : measured_qemu) {
        std::set<std::string_view> names;
        for (const BoardDescription& board : boards::descriptions()) {
            CAPTURE(board.name);
            if (board.releases.contain(release)) CHECK(names.insert(board.name).second);
        }
    }
    for (const BoardDescription& board : boards::descriptions()) {
        CAPTURE(board.name);
        CHECK(board.releases.first <= board.releases.last);
        CHECK(std::ranges::count(board.name, '/') == 1);
        CHECK_FALSE(target_of(board.name).empty());
        CHECK_FALSE(board.name.ends_with('/'));
    }
}

TEST_CASE("an alias is no machine's name, and has one board in a target and release") {
    for (const QemuRelease release : measured_qemu) {
        std::set<std::string> taken;
        for (const BoardDescription& board : boards::descriptions())
            if (board.releases.contain(release)) taken.emplace(board.name);
        for (const BoardDescription& board : boards::descriptions()) {
            if (!board.releases.contain(release) || !board.alias.is(board.alias.name, release)) continue;
            CAPTURE(board.name, board.alias.name);
            CHECK(taken.insert(std::string(target_of(board.name)) + "/" + std::string(board.alias)).second);
        }
    }
}

TEST_CASE("of boards with one name, the list has that of the newest release first") {
    std::map<std::string_view, QemuRelease> last;
    for (const BoardDescription& board : boards::descriptions()) {
        CAPTURE(board.name);
        const auto [earlier, is_first] = last.emplace(board.name, board.releases.first);
        if (!is_first) CHECK(board.releases.last < earlier->second);
    }
}

TEST_CASE("since and until are QEMU's own where it says them") {
    const auto releases = [](std::string_view name) {
        const auto board = std::ranges::find(boards::descriptions(), name, &BoardDescription::name);
        REQUIRE(board != boards::descriptions().end());
        return board->releases;
    };
    CHECK(releases("x86_64/pc-q35-11.1") == since(11, 1));
    CHECK(releases("x86_64/pc-q35-5.2") == since(5, 2));
    CHECK(releases("x86_64/pc-q35-5.1") == since(5, 1).until(11, 0));
    CHECK(releases("x86_64/pc-q35-5.0") == since(5, 0).until(10, 2));
    CHECK(releases("x86_64/pc-q35-4.2") == since(4, 2).until(10, 1));
    CHECK(releases("x86_64/pc-q35-4.1") == since(4, 1).until(10, 0));
    CHECK(releases("x86_64/pc-i440fx-1.7") == since(1, 7).until(8, 1));
    CHECK(releases("x86_64/pc-i440fx-2.0") == since(2, 0).until(9, 0));
    CHECK(releases("s390x/s390-ccw-virtio-2.8") == since(2, 8).until(9, 2));
    CHECK(releases("aarch64/akita") == until(9, 1));
    CHECK(releases("riscv64/virt") == QemuReleases{});
}

TEST_CASE("every board takes its default, and windows come in order") {
    for (const BoardDescription& board : boards::descriptions()) {
        CAPTURE(board.name);
        CHECK(board.ram_verdict(board.default_ram_size).accepted());
        CHECK_FALSE(board.ram_id.empty());
        for (const auto* windows : {&board.wired_windows, &board.ram_windows}) {
            const auto list = (*windows)(board.default_ram_size);
            CHECK(std::ranges::is_sorted(list, {}, &RamWindow::base));
        }
    }
}

TEST_CASE("a refusal names the board, the size asked for, and sizes that it takes") {
    const auto reason = [](std::string_view name, Bytes size) {
        const auto board = std::ranges::find(boards::descriptions(), name, &BoardDescription::name);
        REQUIRE(board != boards::descriptions().end());
        return board->ram_verdict(size).reason().string();
    };
    CHECK(reason("s390x/s390-ccw-virtio-4.2", 2047_MiB) ==
          "s390x/s390-ccw-virtio-4.2 accepts 1 to 1020 storage increments of 1 MiB, 2 MiB or another power "
          "of two of RAM, not "
          "2047 MiB; use 2044 MiB or 2 GiB");
    CHECK(reason("hppa/hppa", 3_GiB + 8_KiB) ==
          "hppa/hppa accepts at most 3 GiB of RAM, not 3145736 KiB; use 3 GiB");
    CHECK(reason("x86_64/x-remote", 1_MiB) ==
          "x86_64/x-remote accepts exactly 0 bytes of RAM, not 1 MiB; ask for another size");
    CHECK(reason("loongarch64/virt", 256_MiB) ==
          "loongarch64/virt accepts at least 1 GiB of RAM, not 256 MiB; use 1 GiB");
    CHECK(reason("hppa/B160L", 4_GiB) ==
          "hppa/B160L accepts at most 3840 MiB of RAM, not 4 GiB; use 3840 MiB");
    CHECK(
        reason("s390x/s390-ccw-virtio-7.2", 2_MiB) ==
        "s390x/s390-ccw-virtio-7.2 accepts multiples of 1 MiB, at least 3 MiB of RAM, not 2 MiB; use 3 MiB");
}
