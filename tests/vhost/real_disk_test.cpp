// Disks that a real qemu-storage-daemon serves from an image file, through queues in the RAM of machines.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state.hpp>
#include <wirewrap/vhost.hpp>

#include <boards/riscv/virt.hpp>
#include <boards/s390x/ccw_virtio.hpp>
#include <boards/x86/pc.hpp>

#include <tests/support/storage_daemon.hpp>
#include <tests/vhost/meddler.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using vhost::BlockOperation;

namespace {

using Server = StorageDaemon;

bool absent() {
    if (storage_daemon_is_installed()) return false;
    std::puts("SKIPPED: qemu-storage-daemon is not installed");
    return true;
}

template <class M>
M machine_of(Bytes size) {
    auto machine = M::create({.ram_size = size, .memory = {}});
    REQUIRE(machine);
    return std::move(*machine);
}

void succeed(const Expected<void>& result) {
    INFO((result ? "" : result.error().message));
    REQUIRE(result);
}

template <class M>
vhost::Disk<M> connect(M& machine, const Server& server, GuestAddress queue, std::uint16_t size = 128) {
    auto disk = vhost::Disk<M>::connect(machine,
                                        {.socket = server.socket, .queue = queue, .queue_size = size});
    INFO((disk ? "" : disk.error().message));
    REQUIRE(disk);
    return std::move(*disk);
}

/// 64 MiB in all: writes, reads, flushes and discards of random sizes, compared with a copy and in the end with the
/// image.
template <class B>
void serve_64_mib(GuestAddress ram) {
    if (absent()) return;
    constexpr Bytes disk_size = 16_MiB, most = 256_KiB, total = 64_MiB;
    Server server(disk_size);
    using M = Machine<B, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    auto disk = connect(machine, server, ram);
    CHECK(disk.properties().size == disk_size);
    CHECK(disk.properties().flushes);
    CHECK(disk.properties().discards);

    std::mt19937_64 random(1);
    std::vector<std::byte> copy(disk_size.count);
    const GuestAddress buffer = ram + 1_MiB;
    unsigned reads = 0, writes = 0, flushes = 0, discards = 0;
    for (Bytes served{}; served < total;) {
        const std::uint64_t sectors = 1 + random() % (most / vhost::sector_size);
        const std::uint64_t sector = random() % (disk_size / vhost::sector_size - sectors + 1);
        const Bytes size = vhost::sector_size * sectors, from = vhost::sector_size * sector;
        const auto bytes = machine.ram_span(buffer, size);
        const auto expected = std::span(copy).subspan(from.count, size.count);
        switch (random() % 16) {
        case 0:
            succeed(disk.flush());
            ++flushes;
            break;
        case 1:
            succeed(disk.write_zeroes(sector, size));
            std::ranges::fill(expected, std::byte{});
            succeed(disk.discard(sector, size));
            ++discards;
            break;
        case 2:
        case 3:
        case 4:
        case 5:
        case 6:
        case 7:
            std::ranges::fill(bytes, std::byte{0xee});
            succeed(disk.read(sector, buffer, size));
            REQUIRE(std::ranges::equal(bytes, expected));
            ++reads, served += size;
            break;
        default:
            for (std::byte& b : bytes) b = static_cast<std::byte>(random());
            std::ranges::copy(bytes, expected.begin());
            succeed(disk.write(sector, buffer, size));
            ++writes, served += size;
        }
    }
    CHECK(reads > 50);
    CHECK(writes > 50);
    CHECK(flushes > 5);
    CHECK(discards > 5);
    succeed(disk.flush());
    succeed(disk.stop());
    CHECK(content_of(server.image) == copy);
}

}  // namespace

TEST_CASE("64 MiB through a queue in the RAM of IBM Z, whose bytes are the other way round") {
    serve_64_mib<boards::s390x::CcwVirtio<7, 2>>(at(0x10'0000));
}
TEST_CASE("64 MiB through a queue in the RAM of a PC") {
    serve_64_mib<boards::x86::PcI440fx<7, 2>>(at(0x10'0000));
}
TEST_CASE("64 MiB through a queue in the RAM of RISC-V virt") {
    serve_64_mib<boards::riscv::Virt>(at(0x8000'0000));
}

TEST_CASE("killed in the middle and started again, nothing acknowledged is lost") {
    if (absent()) return;
    constexpr Bytes disk_size = 16_MiB, block = 16_KiB;
    Server server(disk_size);
    using M = Machine<boards::s390x::CcwVirtio<7, 2>, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    auto disk = connect(machine, server, at(0x0));

    std::vector<std::byte> copy(disk_size.count);
    std::mt19937_64 random(2);
    constexpr std::uint64_t blocks = disk_size / block;
    for (unsigned round = 0; round != 12; ++round) {
        // A slice of the disk in many writes at once; somewhere among them the daemon is shot.
        std::vector<std::uint64_t> tickets;
        const unsigned fatal = static_cast<unsigned>(random() % 60);
        std::jthread killer;
        for (std::uint64_t i = 0; i != 64; ++i) {
            const std::uint64_t place = (round * 64 + i) % blocks;
            const GuestAddress buffer = at(0x100'0000) + block * i;
            const auto bytes = machine.ram_span(buffer, block);
            for (std::byte& b : bytes) b = static_cast<std::byte>(random());
            std::ranges::copy(bytes, copy.begin() + static_cast<std::ptrdiff_t>((block * place).count));
            const auto ticket = disk.submit(
                {BlockOperation::write, place * (block / vhost::sector_size), block, buffer});
            INFO((ticket ? "" : ticket.error().message));
            REQUIRE(ticket);
            tickets.push_back(*ticket);
            if (i == fatal)
                killer = std::jthread([&] {
                    server.kill();
                    server.start();
                });
        }
        for (const std::uint64_t ticket : tickets) succeed(disk.wait(ticket));
        killer = {};
        const unsigned deaths = round + 1;
        // A death that nobody noticed yet is noticed by the next request.
        succeed(disk.flush());
        CHECK(disk.reconnections() == deaths);
    }
    CHECK(disk.resubmissions() > 12);
    succeed(disk.stop());
    CHECK(content_of(server.image) == copy);
}

TEST_CASE("several backends and RAM on both sides of a hole are several regions") {
    if (absent()) return;
    Server server(1_MiB);
    using Board = boards::x86::PcQ35<7, 2>;
    auto machine = Machine<Board, hostmem::Selected>::create(
        {.ram_size = 3_GiB,
         .memory = {{{"m0", 1_GiB, hostmem::Selection<hostmem::Memfd>{}},
                     {"m1", 2_GiB, hostmem::Selection<hostmem::Memfd>{}}}}});
    REQUIRE(machine);
    auto ram = vhost::SharedRam::of(*machine);
    REQUIRE(ram);
    CHECK(ram->regions().size() == 4);  // [0, 0xc'0000), [0x10'0000, 1 GiB), [1, 2 GiB), [4, 5 GiB)
    auto disk = connect(*machine, server, at(0x1'3fff'0000));
    (void)machine->store<std::uint64_t>(at(0x1000), 1);
    (void)machine->store<std::uint64_t>(at(0x7000'0000), 2);
    (void)machine->store<std::uint64_t>(at(0x1'0000'0000), 3);
    succeed(disk.write(1, at(0x1000), 512_B));
    succeed(disk.write(2, at(0x7000'0000), 512_B));
    succeed(disk.write(3, at(0x1'0000'0000), 512_B));
    succeed(disk.read(3, at(0x2'000), 512_B));
    succeed(disk.read(1, at(0x1'2000'0000), 512_B));
    CHECK(machine->load<std::uint64_t>(at(0x2000)) == 3u);
    CHECK(machine->load<std::uint64_t>(at(0x1'2000'0000)) == 1u);
    const auto image = content_of(server.image);
    CHECK(image[1024] == std::byte{2});
    const auto across = disk.read(0, at(0x3fff'fe00), 1_KiB);
    REQUIRE_FALSE(across);
    CHECK(across.error().message ==
          "a read at [0x3ffffe00, 0x40000200) is not in one window of the guest's RAM: make it several");
}

TEST_CASE("a part that is not shared is refused when it is there") {
    auto machine = Machine<boards::x86::PcQ35<7, 2>, hostmem::Selected>::create(
        {.ram_size = 128_MiB,
         .memory = {{{"m0", 64_MiB, hostmem::Selection<hostmem::Memfd>{}},
                     {"m1", 64_MiB, hostmem::Selection<hostmem::Anonymous>{}}}}});
    REQUIRE(machine);
    const auto ram = vhost::SharedRam::of(*machine);
    REQUIRE_FALSE(ram);
    CHECK(ram.error().message.starts_with("x86_64/pc-q35-7.2: memory backend m1 is not shared, or has no "
                                          "descriptor: vhost-user gives the RAM"));
}

TEST_CASE("what a disk cannot do is refused before the device hears of it, and what it refuses is heard") {
    if (absent()) return;
    Server server(1_MiB, ",writable=off");
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    const auto refusal = [](const Expected<void>& result) {
        REQUIRE_FALSE(result);
        return result.error().message;
    };
    {
        auto disk = connect(machine, server, at(0x8000'0000), 4);
        CHECK(disk.properties().read_only);
        CHECK(refusal(disk.write(0, at(0x8010'0000), 512_B)) == "the disk is read-only: no write");
        CHECK(refusal(disk.read(0, at(0x8010'0000), 100_B)) ==
              "a read is a whole number of sectors of 512 bytes, not 100 bytes");
        CHECK(refusal(disk.read(2047, at(0x8010'0000), 1_KiB)) ==
              "a read of sectors 2047 to 2048 ends after the disk, which has 2048");
        CHECK(refusal(disk.read(0, at(0x1000), 512_B)).find("is not in one window of the guest's RAM") !=
              std::string::npos);
        succeed(disk.read(0, at(0x8010'0000), 1_MiB));
        CHECK(refusal(disk.wait(99)).find("request 99 of the disk is not on its way") == 0);
    }
    server.kill();
    const auto gone = vhost::Disk<M>::connect(machine, {.socket = server.socket, .queue = at(0x8000'0000)});
    REQUIRE_FALSE(gone);
    CHECK(gone.error().message.find("cannot connect to the vhost-user back end at ") == 0);
    const auto odd = vhost::Disk<M>::connect(machine, {.socket = server.socket, .queue = at(0x8000'0010)});
    CHECK(odd.error().message == "the disk's queue begins at a multiple of 4 KiB, not at 0x80000010");
    const auto nowhere = vhost::Disk<M>::connect(machine, {.socket = server.socket, .queue = at(0x0)});
    CHECK(nowhere.error().message.starts_with("the disk's queue needs "));
    const auto three = vhost::Disk<M>::connect(
        machine, {.socket = server.socket, .queue = at(0x8000'0000), .queue_size = 3});
    CHECK(three.error().message == "a virtqueue has a power of two of descriptors, up to 32768, not 3");
}

TEST_CASE("a back end that stays away, and one that comes back with another disk, have a sentence") {
    if (absent()) return;
    Server server(1_MiB);
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    auto disk = vhost::Disk<M>::connect(
        machine,
        {.socket = server.socket, .queue = at(0x8000'0000), .reconnect = std::chrono::milliseconds(300)});
    REQUIRE(disk);
    server.kill();
    const auto lost = disk->read(0, at(0x8010'0000), 4_KiB);
    REQUIRE_FALSE(lost);
    CHECK(lost.error().message.find(
              " has gone, with 1 requests not done, and none came within 300 ms: cannot connect") !=
          std::string::npos);

    Server again(2_MiB);
    const auto other = disk->flush();
    REQUIRE_FALSE(other);
    CHECK(other.error().message.find("has another disk: 2 MiB after 1 MiB") != std::string::npos);
}

TEST_CASE("an image that a second client wants is served to one at a time, and the other is told in time") {
    if (absent()) return;
    Server server(1_MiB);
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    auto first = connect(machine, server, at(0x8000'0000));
    const auto second = vhost::Disk<M>::connect(
        machine,
        {.socket = server.socket, .queue = at(0x8001'0000), .time_limit = std::chrono::milliseconds(200)});
    REQUIRE_FALSE(second);
    CHECK(second.error().message ==
          "the vhost-user back end did not answer within 200 ms (GET_FEATURES): it serves one "
          "client at a time, and may have another");
}

namespace {

using Tracked = Machine<boards::riscv::Virt, hostmem::Memfd, state::DirtyPages<>>;

std::set<std::uint64_t> taken(Tracked& machine) {
    std::set<std::uint64_t> pages;
    machine.policy<state::DirtyPages<>>().take(
        0, [&](state::DirtyPage page) { pages.insert(0x8000'0000 + page.offset.count); });
    return pages;
}

}  // namespace

TEST_CASE("what the device stores, into its queue too, is told to dirty tracking") {
    if (absent()) return;
    Server server(1_MiB);
    Tracked machine = machine_of<Tracked>(64_MiB);
    auto disk = vhost::Disk<Tracked>::connect(machine, {.socket = server.socket, .queue = at(0x8070'0000)});
    REQUIRE(disk);
    taken(machine);
    for (int i = 0; i != 3; ++i) {
        succeed(disk->read(0, at(0x8020'0000), 4_KiB));
        const auto pages = taken(machine);
        CHECK(pages.contains(0x8020'0000));
        CHECK(pages.contains(0x8070'0000));  // descriptors, the used ring
        CHECK(pages.contains(0x8070'1000));  // slots
        CHECK(pages.size() == 3);
    }
    // The device may store into its ring at any time, a read's data only until it is done.
    CHECK(taken(machine) == std::set<std::uint64_t>{0x8070'0000, 0x8070'1000});
    succeed(disk->stop());
    taken(machine);
    CHECK(taken(machine).empty());
}

TEST_CASE("an incremental snapshot has the queue and what was read") {
    if (absent()) return;
    Server server(1_MiB);
    Tracked machine = machine_of<Tracked>(64_MiB);
    auto disk = vhost::Disk<Tracked>::connect(machine, {.socket = server.socket, .queue = at(0x8070'0000)});
    REQUIRE(disk);
    taken(machine);
    const std::string first = scratch("disk0.snapshot"), second = scratch("disk1.snapshot");
    const auto base = state::save(machine, first);
    REQUIRE(base);
    succeed(disk->read(0, at(0x8020'0000), 4_KiB));
    std::vector<state::DirtyPage> pages;
    machine.policy<state::DirtyPages<>>().take(0, [&](state::DirtyPage page) { pages.push_back(page); });
    REQUIRE(state::save_changes(machine, second, base->identity, pages));
    std::vector<state::Snapshot> chain;
    chain.push_back(std::move(*state::Snapshot::open(first)));
    chain.push_back(std::move(*state::Snapshot::open(second)));
    Tracked restored = machine_of<Tracked>(64_MiB);
    REQUIRE(state::restore(restored, std::span<const state::Snapshot>(chain)));
    const GuestAddress used_index = at(0x8070'0000) + vhost::QueueLayout{128}.used() + 2_B;
    CHECK(machine.load<std::uint16_t>(used_index) == 1);
    CHECK(restored.load<std::uint16_t>(used_index) == 1);
}

TEST_CASE("bytes that nobody asked for are no death") {
    if (absent()) return;
    Server server(1_MiB);
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    for (const std::string& junk : {std::string(1, 'x'), std::string("\1\0\0\0\5\0\0\0\10\0\0\0........", 20),
                                    std::string(20'000, 'x')}) {
        bool said = false;
        Meddler between(server.socket, [&](std::uint32_t request, Meddler::Ends& ends) {
            // SET_VRING_ENABLE was answered: nothing is asked until the disk is stopped.
            if (request == 18 && !std::exchange(said, true)) ends.to_client(junk);
        });
        auto disk = vhost::Disk<M>::connect(machine, {.socket = between.socket, .queue = at(0x8000'0000)});
        INFO((disk ? "" : disk.error().message));
        REQUIRE(disk);
        REQUIRE(machine.store<std::uint64_t>(at(0x8010'0000), 0x1234));
        succeed(disk->write(7, at(0x8010'0000), 512_B));
        succeed(disk->read(7, at(0x8020'0000), 512_B));
        CHECK(machine.load<std::uint64_t>(at(0x8020'0000)) == 0x1234u);
        CHECK(disk->reconnections() == 0);
        succeed(disk->stop());
    }
}

TEST_CASE("a connection that ends is given up before another is tried: the back end may live, and serve one "
          "client") {
    if (absent()) return;
    Server server(1_MiB);
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    int connections = 0;
    Meddler between(server.socket, [&](std::uint32_t request, Meddler::Ends& ends) {
        // No more is said to the client, but the back end hears of its going from the client alone.
        if (request == 18 && ++connections == 1) ends.end_for_client();
    });
    auto disk = vhost::Disk<M>::connect(machine, {.socket = between.socket, .queue = at(0x8000'0000)});
    INFO((disk ? "" : disk.error().message));
    REQUIRE(disk);
    const auto begin = std::chrono::steady_clock::now();
    succeed(disk->read(0, at(0x8020'0000), 4_KiB));
    succeed(disk->flush());
    CHECK(disk->reconnections() <= 1);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(4));
}

TEST_CASE("a back end that dies of a request each time is given up") {
    if (absent()) return;
    Server server(1_MiB);
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    // The queue is set up, but the device never hears of a request, and the connection ends.
    Meddler between(
        server.socket,
        [](std::uint32_t request, Meddler::Ends& ends) {
            if (request == 18) ends.end_for_client();
        },
        true);
    auto disk = vhost::Disk<M>::connect(machine, {.socket = between.socket, .queue = at(0x8000'0000)});
    INFO((disk ? "" : disk.error().message));
    REQUIRE(disk);
    const auto lost = disk->read(0, at(0x8020'0000), 4_KiB);
    REQUIRE_FALSE(lost);
    INFO(lost.error().message);
    CHECK(lost.error().message.find("8 vhost-user back ends at ") == 0);
    CHECK(disk->reconnections() == 8);
}

TEST_CASE("after stop, requests say so at once") {
    if (absent()) return;
    Server server(1_MiB);
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    auto disk = connect(machine, server, at(0x8000'0000));
    const auto ticket = disk.submit({BlockOperation::read, 0, 4_KiB, at(0x8020'0000)});
    REQUIRE(ticket);
    succeed(disk.stop());
    succeed(disk.stop());
    const auto begin = std::chrono::steady_clock::now();
    const auto refused = disk.read(0, at(0x8020'0000), 4_KiB);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "the disk was stopped: connect another one");
    CHECK(disk.wait(99).error().message == "the disk was stopped: connect another one");
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1));
    // The place at the back end is free.
    auto other = connect(machine, server, at(0x8001'0000));
    succeed(other.read(0, at(0x8020'0000), 4_KiB));
}

TEST_CASE("requests for parts of a block are refused before the device hears of them") {
    if (absent()) return;
    Server server(1_MiB, ",writable=on,logical-block-size=4096");
    using M = Machine<boards::riscv::Virt, hostmem::Memfd>;
    M machine = machine_of<M>(64_MiB);
    auto disk = connect(machine, server, at(0x8000'0000));
    CHECK(disk.properties().block_size == 4_KiB);
    succeed(disk.read(8, at(0x8020'0000), 4_KiB));
    const auto refusal = [](const Expected<void>& result) {
        REQUIRE_FALSE(result);
        return result.error().message;
    };
    CHECK(refusal(disk.read(0, at(0x8020'0000), 512_B)) ==
          "the disk has blocks of 4 KiB: a read of 512 bytes at sector 0 does not begin and end with one");
    CHECK(refusal(disk.write(1, at(0x8020'0000), 4_KiB))
              .starts_with("the disk has blocks of 4 KiB: a write of"));
    CHECK(refusal(disk.write_zeroes(0, 512_B)).starts_with("the disk has blocks of 4 KiB"));
    succeed(disk.write_zeroes(8, 4_KiB));
}
