// A disk for a firmware test rig: the machine has the RAM, another process the disk. What a driver in the guest would
// do is done from outside here: the guest's RAM holds the queue and the data.
//
//     qemu-storage-daemon --blockdev driver=file,node-name=disk,filename=disk.img
//       --export type=vhost-user-blk,id=disk,node-name=disk,addr.type=unix,addr.path=disk.sock,writable=on
//     tools/bazel run //examples:vhost_disk -- $PWD/disk.sock
#include <algorithm>
#include <string_view>

#include <fmt/core.h>

#include <boards/riscv/virt.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/vhost.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

// Machine<boards::riscv::Virt, hostmem::Anonymous> would not compile: its RAM cannot be given to the daemon.
using Rig = Machine<boards::riscv::Virt, hostmem::Memfd>;

constexpr GuestAddress queue = at(0x8700'0000), buffer = at(0x8020'0000);

Expected<void> use(vhost::Disk<Rig>& disk, Rig& machine) {
    const auto& properties = disk.properties();
    const std::uint64_t sectors = properties.size / vhost::sector_size;
    fmt::print("{} sectors{}\n", sectors, properties.read_only ? ", read-only" : "");

    if (auto read = disk.read(0, buffer, vhost::sector_size); !read) return read;
    const auto first = machine.load<std::uint64_t>(buffer);
    fmt::print("sector 0 begins with {:#018x}\n", first.value_or(0));

    constexpr std::string_view greeting = "written from guest RAM";
    std::ranges::transform(greeting, machine.ram_span(buffer, vhost::sector_size).begin(),
                           [](char c) { return static_cast<std::byte>(c); });
    if (auto written = disk.write(sectors - 1, buffer, vhost::sector_size); !written) return written;
    if (auto flushed = disk.flush(); !flushed) return flushed;
    fmt::print("sector {} is written and on stable storage\n", sectors - 1);
    return disk.stop();
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: vhost_disk SOCKET\n");
        return 2;
    }
    auto machine = Rig::create();
    if (!machine) {
        fmt::print(stderr, "{}\n", machine.error().message);
        return 1;
    }
    auto disk = vhost::Disk<Rig>::connect(*machine, {.socket = argv[1], .queue = queue});
    const Expected<void> used = disk ? use(*disk, *machine) : std::unexpected(disk.error());
    if (!used) {
        fmt::print(stderr, "{}\n", used.error().message);
        return 1;
    }
}
