// EXPECT: vhost-user gives the RAM of a machine to another process, so its backend must be shared and have a descriptor: use hostmem::Memfd, hostmem::SharedFile or hostmem::Shm
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/vhost.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
};

#ifdef WIREWRAP_MISTAKE
using Wired = Machine<Handheld, hostmem::Anonymous>;
#else
using Wired = Machine<Handheld, hostmem::Memfd>;
#endif

auto connect(Wired& machine) {
    return vhost::Disk<Wired>::connect(machine, {.socket = "disk.sock", .queue = at(0x8000'0000)});
}
