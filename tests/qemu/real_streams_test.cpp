// Streams that real QEMU writes while the test runs, loaded into the boards of its machines: RAM is what `pmemsave`
// says, and a stream of another machine, size or backend is refused by name.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu.hpp>

#include <boards/arm/integrator.hpp>
#include <boards/arm/virt.hpp>
#include <boards/ppc/pseries.hpp>
#include <boards/riscv/virt.hpp>
#include <boards/s390x/ccw_virtio.hpp>
#include <boards/x86/pc.hpp>

#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

/// A file of random bytes for QEMU's loader device: two pages and a bit, so that it begins and ends within pages.
std::string pattern_file(unsigned seed) {
    const std::string path = scratch("pattern" + std::to_string(seed));
    std::mt19937 random(seed);
    std::string bytes(9001, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// Options that put a pattern at each address.
std::vector<std::string> with_patterns(std::vector<std::string> options,
                                       const std::vector<std::uint64_t>& addresses) {
    unsigned seed = 1;
    for (const std::uint64_t address : addresses)
        options.insert(options.end(), {"-device", "loader,force-raw=on,file=" + pattern_file(seed++) +
                                                      ",addr=" + std::to_string(address)});
    return options;
}

bool absent(std::string_view target) {
    if (qemu_is_installed(target)) return false;
    std::printf("SKIPPED: qemu-system-%.*s is not installed\n", static_cast<int>(target.size()),
                target.data());
    return true;
}

/// Compares guest-physical [from, from + size), a few MiB at a time.
template <class M>
void compare(M& machine, RunningQemu& qemu, GuestAddress from, Bytes size) {
    for (Bytes done{}; done < size;) {
        const Bytes some = std::min(size - done, 64_MiB);
        const auto theirs = qemu.memory(from + done, some);
        REQUIRE(theirs.size() == some.count);
        const auto ours = machine.ram_span(from + done, some);
        REQUIRE(ours.size() == some.count);
        const auto [here, there] = std::ranges::mismatch(ours, theirs);
        INFO("first difference at " << std::hex
                                    << (from + done).value + static_cast<std::uint64_t>(here - ours.begin()));
        REQUIRE(here == ours.end());
        done += some;
    }
}

/// All of main RAM that the guest sees; of a large one, the ends of its windows and the patterns.
template <class M>
void compare_ram(M& machine, RunningQemu& qemu, const std::vector<std::uint64_t>& patterns) {
    for (const RamWindow& window : machine.ram_windows()) {
        if (machine.ram_size() <= 512_MiB) {
            compare(machine, qemu, window.base, window.size);
            continue;
        }
        const Bytes end = std::min(window.size, 4_MiB);
        compare(machine, qemu, window.base, end);
        compare(machine, qemu, window.base + (window.size - end), end);
        for (const std::uint64_t pattern : patterns)
            if (window.range().contains(at(pattern)))
                compare(machine, qemu, at(pattern),
                        std::min(12_KiB, window.size - (at(pattern) - window.base)));
    }
}

/// Takes every connection to a socket; what comes through the first goes to a file, as from the main channel.
class Channels {
public:
    Channels(const std::string& path, const std::string& file) {
        ::sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::ranges::copy(path, address.sun_path);
        ::unlink(path.c_str());
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(::bind(listener_, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0);
        REQUIRE(::listen(listener_, 16) == 0);
        thread_ = std::jthread([this, file](std::stop_token stop) {
            std::ofstream main_channel(file, std::ios::binary);
            std::vector<::pollfd> files{{listener_, POLLIN, 0}};
            std::array<char, 65536> bytes;
            while (!stop.stop_requested() || ::poll(files.data(), files.size(), 0) > 0) {
                if (::poll(files.data(), files.size(), 20) <= 0) continue;
                if (files[0].revents != 0)
                    files.push_back({::accept(listener_, nullptr, nullptr), POLLIN, 0});
                for (std::size_t i = 1; i != files.size(); ++i) {
                    if (files[i].revents == 0) continue;
                    const ::ssize_t count = ::read(files[i].fd, bytes.data(), bytes.size());
                    if (count > 0 && i == 1) main_channel.write(bytes.data(), count).flush();
                    if (count <= 0) ::close(std::exchange(files[i].fd, -1));
                }
            }
        });
    }
    Channels(const Channels&) = delete;
    ~Channels() {
        thread_ = {};
        ::close(listener_);
    }

private:
    int listener_ = -1;
    std::jthread thread_;
};

/// The first number of the release.
int release_of(std::string_view target) { return RunningQemu(target, {"-machine", "none"}).major_release(); }

template <class M>
M machine_of(Bytes size) {
    auto machine = M::create({.ram_size = size, .memory = {}});
    REQUIRE(machine);
    return std::move(*machine);
}

template <class M>
qemu::LoadedRam load(M& machine, const std::string& path, const qemu::LoadOptions& options = {}) {
    auto source = qemu::FileSource::open(path);
    REQUIRE(source);
    auto loaded = qemu::load_ram(machine, *source, options);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded);
    return *loaded;
}

template <class M>
std::string refusal(M& machine, const std::string& path, const qemu::LoadOptions& options = {}) {
    auto source = qemu::FileSource::open(path);
    REQUIRE(source);
    const auto loaded = qemu::load_ram(machine, *source, options);
    REQUIRE_FALSE(loaded);
    return loaded.error().message;
}

template <class B>
std::string machine_name() {
    return std::string(qemu::machine_type_of(board_name<B>));
}

/// Starts the board's machine with patterns in its RAM, saves it, and loads what was saved.
template <class B, class Backend = hostmem::Anonymous>
void round_trip(std::string_view target, Bytes size, std::vector<std::string> options,
                const std::vector<std::uint64_t>& patterns, Bytes page = 4_KiB) {
    if (absent(target)) return;
    options.insert(options.end(),
                   {"-machine", machine_name<B>(), "-S", "-m", std::to_string(size.count >> 20)});
    RunningQemu qemu(target, with_patterns(options, patterns));
    const std::string stream = scratch("guest.stream");
    REQUIRE(qemu.migrate_to(stream) == "completed");

    auto machine = machine_of<Machine<B, Backend>>(size);
    const auto loaded = load(machine, stream);
    CHECK(loaded.machine_type == machine_name<B>());
    CHECK(loaded.page_size == page);
    CHECK(loaded.pages.data >= 3 * patterns.size());
    CHECK(loaded.never_sent == 0_B);
    compare_ram(machine, qemu, patterns);
    for (std::size_t i = 0; i != patterns.size(); ++i) {
        const auto pattern = content_of(pattern_file(static_cast<unsigned>(i + 1)));
        const auto there = machine.ram_span(at(patterns[i]), Bytes{pattern.size()});
        CHECK(std::ranges::equal(there, pattern));
    }
    std::filesystem::remove(stream);
}

}  // namespace

TEST_CASE("the i440FX PC, its BIOS too") {
    round_trip<boards::x86::PcI440fx<7, 2>>("x86_64", 128_MiB, {}, {0x7c00, 0x10'0001, 0x7ff'0000});
}

TEST_CASE("a Q35 with RAM above 4 GiB, into memory with a descriptor, of which holes stay holes") {
    if (absent("x86_64")) return;
    using Board = boards::x86::PcQ35<7, 2>;
    const std::vector<std::uint64_t> patterns{0x7c00, 0x7fff'0000, 0x1'0000'0000, 0x1'bfff'0000};
    RunningQemu qemu("x86_64",
                     with_patterns({"-machine", machine_name<Board>(), "-S", "-m", "5G"}, patterns));
    const std::string stream = scratch("q35.stream");
    REQUIRE(qemu.migrate_to(stream) == "completed");
    auto machine = machine_of<Machine<Board, hostmem::Memfd>>(5_GiB);
    const auto loaded = load(machine, stream);
    struct stat status{};
    REQUIRE(::fstat(machine.ram_memory()->descriptor(), &status) == 0);
    CHECK(status.st_blocks * 512 < 4 << 20);  // of 5 GiB; 512: unit of st_blocks, stat(2)
    compare_ram(machine, qemu, patterns);
    CHECK(loaded.pages.data + loaded.pages.zero >= 5_GiB / 4_KiB);
    std::filesystem::remove(stream);
}

TEST_CASE("ARM virt") {
    round_trip<boards::arm::Virt<7, 2>>("aarch64", 128_MiB, {}, {0x4010'0000, 0x4020'8123, 0x47ff'0000});
}

TEST_CASE("ARM Integrator/CP, with pages of 1 KiB") {
    if (absent("arm")) return;
    std::vector<std::string> silent;  // what QEMU_AUDIO_DRV says to 7.2
    if (release_of("arm") > 7) silent = {"-audio", "driver=none"};
    round_trip<boards::arm::Integratorcp>("arm", 64_MiB, silent, {0x400, 0x10'0401, 0x3ff'0000}, 1_KiB);
}

TEST_CASE("RISC-V virt, its boot ROM and flash too") {
    round_trip<boards::riscv::Virt>("riscv64", 128_MiB, {}, {0x8010'0000, 0x87ff'0123});
    round_trip<boards::riscv::Virt, hostmem::Memfd>("riscv64", 64_MiB, {"-bios", "none"}, {0x8000'0000});
}

TEST_CASE("IBM Z, which saves its storage attributes between the pages") {
    round_trip<boards::s390x::CcwVirtio<7, 2>, hostmem::Memfd>("s390x", 256_MiB, {}, {0x1'0000, 0xfff'0000});
}

TEST_CASE("POWER pseries, which saves its page table between the pages") {
    round_trip<boards::ppc::Pseries<7, 2>>("ppc64", 256_MiB, {"-vga", "none"}, {0x10'0000, 0xfff'0000});
}

TEST_CASE("a PC that runs its BIOS while it is saved, through a FIFO that is read once") {
    if (absent("x86_64")) return;
    using Board = boards::x86::PcI440fx<7, 2>;
    RunningQemu qemu("x86_64", {"-machine", "pc-i440fx-7.2", "-m", "64", "-device", "VGA"});
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const std::string fifo = scratch("guest.fifo");
    std::filesystem::remove(fifo);
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    qemu.start_migration("exec:cat > " + fifo);
    auto machine = machine_of<Machine<Board, hostmem::Anonymous>>(64_MiB);
    const auto loaded = load(machine, fifo);
    CHECK(qemu.migration_status() == "completed");
    // Between them, the BIOS has copied itself into RAM that is behind ROM at reset.
    compare(machine, qemu, at(0x0), 0xa'0000_B);
    compare(machine, qemu, at(0x10'0000), 63_MiB);
    CHECK(std::ranges::find(loaded.skipped, "0000:00:02.0/vga.vram", &qemu::StreamBlock::id) !=
          loaded.skipped.end());
}

TEST_CASE("two NUMA nodes with a backend each, into two backends and into one") {
    if (absent("x86_64")) return;
    using Board = boards::x86::PcI440fx<7, 2>;
    const std::vector<std::uint64_t> patterns{0x10'0000, 0x3ff'f000, 0x401'0000, 0x7ff'0000};
    RunningQemu qemu("x86_64", with_patterns({"-machine", "pc-i440fx-7.2", "-S", "-m", "128", "-object",
                                              "memory-backend-ram,id=m0,size=64M", "-object",
                                              "memory-backend-memfd,id=m1,size=64M", "-numa",
                                              "node,memdev=m0", "-numa", "node,memdev=m1"},
                                             patterns));
    const std::string stream = scratch("numa.stream");
    REQUIRE(qemu.migrate_to(stream) == "completed");

    using Two = Machine<Board, hostmem::Selected>;
    auto two = Two::create({.ram_size = 128_MiB,
                            .memory = {{{"m0", 64_MiB, hostmem::Selection<hostmem::Anonymous>{}},
                                        {"m1", 64_MiB, hostmem::Selection<hostmem::Memfd>{}}}}});
    REQUIRE(two);
    load(*two, stream);
    compare_ram(*two, qemu, patterns);

    auto one = machine_of<Machine<Board, hostmem::Anonymous>>(128_MiB);
    load(one, stream, {.main_ram = {"m0", "m1"}});
    compare_ram(one, qemu, patterns);

    CHECK(refusal(one, stream).find("block pc.ram of the machine is missing in the stream, which has m") !=
          std::string::npos);
    CHECK(refusal(one, stream, {.main_ram = {"m0"}})
              .find("block m0 has 64 MiB in the stream and 128 MiB in the machine") != std::string::npos);
}

TEST_CASE("another size, another machine, another backend id are refused by name, and nothing is loaded") {
    if (absent("x86_64")) return;
    using Board = boards::x86::PcI440fx<7, 2>;
    const std::string stream = scratch("refused.stream");
    {
        RunningQemu qemu("x86_64",
                         with_patterns({"-machine", "pc-i440fx-7.2", "-S", "-m", "32"}, {0x10'0000}));
        REQUIRE(qemu.migrate_to(stream) == "completed");
    }
    auto larger = machine_of<Machine<Board, hostmem::Anonymous>>(64_MiB);
    CHECK(refusal(larger, stream) == "x86_64/pc-i440fx-7.2: block pc.ram has 32 MiB in the stream and 64 MiB "
                                     "in the machine: make the machine with a "
                                     "ram_size of 32 MiB");
    CHECK(larger.load<std::uint64_t>(at(0x10'0000)) == 0u);

    auto older = machine_of<Machine<boards::x86::PcI440fx<7, 1>, hostmem::Anonymous>>(32_MiB);
    CHECK(refusal(older, stream) == "x86_64/pc-i440fx-7.1: the stream is of machine pc-i440fx-7.2, and "
                                    "x86_64/pc-i440fx-7.1 is machine pc-i440fx-7.1: "
                                    "load it into the board of its machine type");
    auto other = machine_of<Machine<boards::riscv::Virt, hostmem::Anonymous>>(32_MiB);
    CHECK(refusal(other, stream)
              .find("the stream is of machine pc-i440fx-7.2, and riscv64/virt is machine virt") !=
          std::string::npos);

    {
        RunningQemu qemu("x86_64", {"-machine", "pc-i440fx-7.2,memory-backend=mem", "-S", "-m", "32",
                                    "-object", "memory-backend-ram,id=mem,size=32M"});
        REQUIRE(qemu.migrate_to(stream) == "completed");
    }
    auto same = machine_of<Machine<Board, hostmem::Anonymous>>(32_MiB);
    const std::string sentence = refusal(same, stream);
    CHECK(sentence.find("block pc.ram of the machine is missing in the stream, which has mem (32 MiB), ") !=
          std::string::npos);
    CHECK(sentence.find(
              "give the memory backend in QEMU id=pc.ram, or name the blocks of main RAM in main_ram") !=
          std::string::npos);
    load(same, stream, {.main_ram = {"mem"}});
}

TEST_CASE("a machine type of before 2.4, whose stream has neither name nor footers") {
    if (absent("x86_64")) return;
    if (release_of("x86_64") > 7) {
        std::puts("SKIPPED: QEMU from 8.0 on has dropped one after the other of these types");
        return;
    }
    using Board = boards::x86::PcI440fx<2, 3>;
    RunningQemu qemu("x86_64",
                     with_patterns({"-machine", machine_name<Board>(), "-S", "-m", "32"}, {0x10'0000}));
    const std::string stream = scratch("old.stream");
    REQUIRE(qemu.migrate_to(stream) == "completed");
    auto machine = machine_of<Machine<Board, hostmem::Anonymous>>(32_MiB);
    CHECK(refusal(machine, stream).find("the stream does not say of which machine it is") !=
          std::string::npos);
    CHECK(load(machine, stream, {.machine_type = ""}).machine_type == "");
    compare_ram(machine, qemu, {0x10'0000});
}

TEST_CASE("capabilities that change the RAM section are refused by name") {
    if (absent("x86_64")) return;
    using Board = boards::x86::PcI440fx<7, 2>;
    const auto written_with = [](const char* capability) {
        RunningQemu qemu("x86_64",
                         with_patterns({"-machine", "pc-i440fx-7.2", "-S", "-m", "32"}, {0x10'0000}));
        qemu.execute("migrate-set-capabilities",
                     {{"capabilities", {{{"capability", capability}, {"state", true}}}}});
        REQUIRE(qemu.migrate_to(scratch("capability.stream")) == "completed");
        auto machine = machine_of<Machine<Board, hostmem::Anonymous>>(32_MiB);
        return refusal(machine, scratch("capability.stream"));
    };
    if (release_of("x86_64") <= 8)  // 9.1 has no compress any more
        CHECK(written_with("compress").find("capability compress") != std::string::npos);
    CHECK(written_with("x-ignore-shared").find("capability x-ignore-shared") != std::string::npos);
}

TEST_CASE("a stream with multifd has its pages elsewhere, and is refused") {
    if (absent("x86_64")) return;
    RunningQemu qemu("x86_64", with_patterns({"-machine", "pc-i440fx-7.2", "-S", "-m", "16"}, {0x10'0000}));
    const std::string stream = scratch("multifd.stream"), socket = socket_path("multifd.sock");
    const Channels channels(socket, stream);
    qemu.execute("migrate-set-capabilities",
                 {{"capabilities", {{{"capability", "multifd"}, {"state", true}}}}});
    qemu.start_migration("unix:" + socket);
    REQUIRE(qemu.migration_status() == "completed");
    auto machine = machine_of<Machine<boards::x86::PcI440fx<7, 2>, hostmem::Anonymous>>(16_MiB);
    const std::string sentence = refusal(machine, stream);
    CHECK(sentence.find("capability multifd") != std::string::npos);
    if (qemu.major_release() > 7) return;  // there the stream itself says so
    CHECK(sentence.starts_with("x86_64/pc-i440fx-7.2: no page came of 12 KiB of block pc.ram, "));
    CHECK(load(machine, stream, {.allow_missing_pages = true}).never_sent >= 12_KiB);
}

TEST_CASE("a file in which pages have places of their own, written by one thread and by several") {
    if (absent("x86_64")) return;
    using Board = boards::x86::PcI440fx<7, 2>;
    const std::vector<std::uint64_t> patterns{0x7c00, 0x10'0001, 0x3ff'0000};
    for (const bool multifd : {false, true}) {
        RunningQemu qemu("x86_64", with_patterns({"-machine", "pc-i440fx-7.2", "-S", "-m", "64"}, patterns));
        if (qemu.major_release() < 9) {
            std::puts("SKIPPED: mapped-ram is of QEMU 9.0 and newer");
            return;
        }
        qemu.execute("migrate-set-capabilities", {{"capabilities",
                                                   {{{"capability", "mapped-ram"}, {"state", true}},
                                                    {{"capability", "multifd"}, {"state", multifd}}}}});
        const std::string stream = scratch("mapped.stream");
        qemu.start_migration("file:" + stream);
        REQUIRE(qemu.migration_status() == "completed");
        auto machine = machine_of<Machine<Board, hostmem::Memfd>>(64_MiB);
        CHECK(load(machine, stream).pages.data >= 9);
        compare_ram(machine, qemu, patterns);
        auto saved = qemu::map_ram<Machine<Board, hostmem::File>>(stream);
        INFO((saved ? "" : saved.error().message));
        REQUIRE(saved);
        compare_ram(saved->machine, qemu, patterns);
    }
}

TEST_CASE("RAM of a DIMM and of virtio-mem is named, and devices' memory is not") {
    if (absent("x86_64")) return;
    const std::string stream = scratch("dimm.stream");
    {
        RunningQemu qemu("x86_64",
                         {"-machine", "pc-i440fx-7.2", "-S", "-m", "16,slots=4,maxmem=4G", "-object",
                          "memory-backend-ram,id=d0,size=16M", "-device", "pc-dimm,memdev=d0", "-object",
                          "memory-backend-ram,id=v0,size=64M", "-device",
                          "virtio-mem-pci,memdev=v0,requested-size=32M,addr=9", "-device", "VGA", "-device",
                          // Later releases have it in a package of its own, and no vmware-svga beside a VGA.
                          release_of("x86_64") > 7 ? "virtio-gpu-pci" : "qxl", "-device", "virtio-net-pci",
                          "-device", release_of("x86_64") > 7 ? "virtio-tablet-pci" : "vmware-svga",
                          "-device", "isa-cirrus-vga", "-device", "bochs-display", "-device", "vmgenid"});
        REQUIRE(qemu.migrate_to(stream) == "completed");
    }
    auto machine = machine_of<Machine<boards::x86::PcI440fx<7, 2>, hostmem::Anonymous>>(16_MiB);
    CHECK(refusal(machine, stream).find(" d0 (16 MiB)") != std::string::npos);
    CHECK(refusal(machine, stream).find("0000:00:09.0/v0 (64 MiB)") != std::string::npos);
    CHECK(
        refusal(machine, stream, {.skip_blocks = {"d0"}})
            .starts_with("x86_64/pc-i440fx-7.2: block 0000:00:09.0/v0 (64 MiB) of the stream is in no ROM"));
    CHECK(load(machine, stream, {.skip_blocks = {"d0", "0000:00:09.0/v0"}}).skipped.size() > 8);
}

TEST_CASE("streams without their configuration and without footers are read") {
    if (absent("x86_64")) return;
    const std::vector<std::uint64_t> patterns{0x10'0000};
    const auto check = [&](const std::vector<std::string>& options, const qemu::LoadOptions& load_options) {
        std::vector<std::string> all{"-machine", "pc-i440fx-7.2", "-S", "-m", "16"};
        all.insert(all.end(), options.begin(), options.end());
        RunningQemu qemu("x86_64", with_patterns(all, patterns));
        const std::string stream = scratch("odd.stream");
        REQUIRE(qemu.migrate_to(stream) == "completed");
        auto machine = machine_of<Machine<boards::x86::PcI440fx<7, 2>, hostmem::Anonymous>>(16_MiB);
        load(machine, stream, load_options);
        compare(machine, qemu, at(0x10'0000), 15_MiB);
    };
    check({"-global", "migration.send-section-footer=off"}, {});
    if (release_of("x86_64") > 7) {
        std::puts("SKIPPED: QEMU 10.0 and 11.1 die of send-configuration=off");
        return;
    }
    check({"-global", "migration.send-configuration=off"}, {.machine_type = ""});
    check({"-global", "migration.send-configuration=off", "-global", "migration.send-section-footer=off"},
          {.machine_type = ""});
}
