// A machine on every backend, in programs that are built without exceptions or run-time types.
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Small {
    static constexpr auto name = "small";
    static constexpr auto ram = main_ram("small.ram", 16_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"boot">(at(0x1000), 64_KiB));
};

template <hostmem::Backend B>
bool works(const typename B::Options& options) {
    auto machine = Machine<Small, B>::create({.memory = options});
    return machine && machine->template store<std::uint32_t>(at(0x8000'0000), 1);
}

template <hostmem::Backend B>
bool fills(const typename B::Options& options) {
    auto ram = hostmem::allocate_in_background<B>(16_MiB, options);
    return ram && std::move(*ram).finish().has_value();
}

bool all_work() {
    using namespace hostmem;
    const FileOptions file{.path = "/dev/shm"};
    return works<Anonymous>({}) && works<SharedAnonymous>({}) && works<Memfd>({}) &&
           works<PrivateMemfd>({}) && works<HugeMemfd<2_MiB>>({}) && works<Shm>({}) && works<File>(file) &&
           works<SharedFile>(file) && works<Fixed<16_MiB>>({}) &&
           works<Selected>(select<Memfd>({.common = {.prealloc = true}})) &&
           works<Selected>({{{"m0", 16_MiB, Selection<Anonymous>{}}}}) &&
           fills<Anonymous>({.prealloc = true}) && fills<SharedFile>(file) &&
           allocate<RomFile>(64_KiB, file).has_value();
}
