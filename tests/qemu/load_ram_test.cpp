// Streams put together by hand: what a right one does to a machine, and that a wrong one does nothing.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <unistd.h>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu/load_ram.hpp>

#include <boards/avr/arduino.hpp>

#include <tests/qemu/stream_builder.hpp>
#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Small {
    static constexpr auto name = "x86_64/small";
    static constexpr auto ram = main_ram("small.ram", 64_KiB).accepts(multiple_of(4_KiB)).placed(at(0x10000));
    static constexpr auto map = memory_map(rom<"small.rom">(at(0x0), 8_KiB));
};

struct Plain {
    static constexpr auto name = "x86_64/small";
    static constexpr auto ram = main_ram("small.ram", 64_KiB).placed(at(0x10000));
};

struct LastStore {
    void ram_stored(Bytes offset, std::size_t width) { from = offset, size = Bytes{width}; }
    Bytes from{}, size{};
};

using M = Machine<Small, hostmem::Anonymous, LastStore>;

M machine() { return std::move(*M::create()); }

const std::vector<std::pair<std::string, Bytes>> right_blocks{
    {"small.ram", 64_KiB}, {"vga.vram", 16_KiB}, {"small.rom", 8_KiB}};

Stream right() {
    return Stream()
        .head("small")
        .start_ram(right_blocks)
        .part(2)
        .page("small.ram", 0, 'a')
        .fill("", 0x1000)
        .page("vga.vram", 0x3000, 'v')
        .page("small.rom", 0x1000, 'r')
        .page("small.ram", 0xf000, 'z')
        .end()
        .footer(2)
        .end_ram()
        .byte(qemu::format::section::full)
        .text("devices, which nobody reads");
}

Expected<qemu::LoadedRam> load(M& machine, const Stream& stream, qemu::LoadOptions options = {}) {
    qemu::MemorySource source(stream.span());
    // The streams of these tests have the pages that a test is about.
    options.allow_missing_pages = true;
    return qemu::load_ram(machine, source, options);
}

/// The sentence, without the board's name that it begins with; the machine is as before.
std::string refusal(const Stream& stream, const qemu::LoadOptions& options = {}) {
    M untouched = machine();
    const auto ram = *untouched.memory_block("small.ram");
    std::ranges::fill(ram, std::byte{'.'});
    const auto loaded = load(untouched, stream, options);
    REQUIRE_FALSE(loaded);
    CHECK(std::ranges::all_of(ram, [](std::byte b) { return b == std::byte{'.'}; }));
    REQUIRE(loaded.error().message.starts_with("x86_64/small: "));
    return loaded.error().message.substr(14);
}

Stream started() { return Stream().head("small").start_ram(right_blocks); }
Stream part() { return started().part(2); }

}  // namespace

TEST_CASE("pages arrive in the blocks that the machine has, by name") {
    M m = machine();
    const auto ram = *m.memory_block("small.ram");
    std::ranges::fill(ram, std::byte{'.'});
    const auto loaded = load(m, right());
    REQUIRE(loaded);
    CHECK(m.load<std::uint8_t>(at(0x10000)) == 'a');
    CHECK(m.load<std::uint8_t>(at(0x10fff)) == 'a');
    CHECK(m.load<std::uint64_t>(at(0x11000)) == 0u);
    CHECK(m.load<std::uint8_t>(at(0x12000)) == '.');  // never sent
    CHECK(m.load<std::uint8_t>(at(0x1f000)) == 'z');
    CHECK(m.load<std::uint8_t>(at(0x1000)) == 'r');

    CHECK(loaded->machine_type == "small");
    CHECK(loaded->page_size == 4_KiB);
    CHECK(loaded->loaded == std::vector<qemu::StreamBlock>{{"small.ram", 64_KiB}, {"small.rom", 8_KiB}});
    CHECK(loaded->skipped == std::vector<qemu::StreamBlock>{{"vga.vram", 16_KiB}});
    CHECK(loaded->untouched.empty());
    CHECK(loaded->pages.data == 3);
    CHECK(loaded->pages.zero == 1);
    CHECK(loaded->pages.passed_over == 1);
    CHECK(loaded->never_sent == 14 * 4_KiB);
    CHECK(loaded->ram_end == right().bytes.size() - 28);
    CHECK(m.policy<LastStore>().size == 64_KiB);
}

TEST_CASE("a page that comes twice is what came last, fill bytes other than 0 are pages too") {
    M m = machine();
    REQUIRE(load(
        m,
        part().page("small.ram", 0, 'a').fill("", 0).fill("small.ram", 0x1000, 7).end().footer(2).end_ram()));
    CHECK(m.load<std::uint8_t>(at(0x10000)) == 0);
    CHECK(m.load<std::uint8_t>(at(0x11234)) == 7);
}

TEST_CASE("the block of the page before is remembered from one section to the next") {
    M m = machine();
    REQUIRE(load(m, part()
                        .page("small.ram", 0, 'a')
                        .end()
                        .footer(2)
                        .part(2)
                        .page("", 0x2000, 'b')
                        .end()
                        .footer(2)
                        .end_ram()));
    CHECK(m.load<std::uint8_t>(at(0x12000)) == 'b');
}

TEST_CASE("a pipe is read once, to its end, and says so when it breaks in the middle") {
    const auto through_pipe = [](M& m, const std::string& bytes) {
        std::array<int, 2> ends{};
        REQUIRE(::pipe(ends.data()) == 0);
        REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<::ssize_t>(bytes.size()));
        ::close(ends[1]);
        qemu::FileSource source{hostmem::os::Descriptor(ends[0])};
        return qemu::load_ram(m, source, {.allow_missing_pages = true});
    };
    M m = machine();
    REQUIRE(through_pipe(m, right().bytes));
    CHECK(m.load<std::uint8_t>(at(0x1f000)) == 'z');
    M other = machine();
    const auto broken = through_pipe(other, right().bytes.substr(0, 5000));
    REQUIRE_FALSE(broken);
    CHECK(broken.error().message.ends_with(
        "; pages that came before it are in the machine, so make a new one"));
}

TEST_CASE("a stream cut short anywhere before the end of its RAM is refused, and nothing is loaded") {
    const Stream whole = right();
    M m = machine();
    const std::size_t end = load(m, whole)->ram_end;
    for (std::size_t length = 0; length < end; length += length < 200 || length > end - 100 ? 1 : 97) {
        INFO("cut to " << length);
        CHECK(refusal(Stream{whole.bytes.substr(0, length)}).starts_with("the stream ends at byte"));
    }
    CHECK(load(m, Stream{whole.bytes.substr(0, end)}));
}

TEST_CASE("differences of blocks are told before a page is read, all of them") {
    const auto with = [](std::vector<std::pair<std::string, Bytes>> blocks) {
        return refusal(Stream().head("small").start_ram(blocks).part(2).page("small.ram", 0, 'a'));
    };
    CHECK(with({{"small.ram", 32_KiB}}) == "block small.ram has 32 KiB in the stream and 64 KiB in the "
                                           "machine: make the machine with a ram_size of 32 KiB");
    CHECK(
        with({{"small.ram", 128_KiB}, {"small.rom", 4_KiB}}) ==
        "block small.ram has 128 KiB in the stream and 64 KiB in the machine: make the machine with a "
        "ram_size of 128 KiB; "
        "block small.rom has 4 KiB in the stream and 8 KiB in the machine: the board is of another version");
    CHECK(with({{"mem", 64_KiB}, {"small.rom", 8_KiB}}) ==
          "block small.ram of the machine is missing in the stream, which has mem (64 KiB) and small.rom (8 "
          "KiB): give the "
          "memory backend in QEMU id=small.ram, or name the blocks of main RAM in main_ram");
    CHECK(with({}).starts_with("block small.ram of the machine is missing in the stream, which has "));
}

TEST_CASE("main RAM may be several blocks of the stream") {
    M m = machine();
    const Stream two = Stream()
                           .head("small")
                           .start_ram({{"b", 48_KiB}, {"a", 16_KiB}})
                           .part(2)
                           .page("a", 0x3000, 'a')
                           .page("b", 0, 'b')
                           .end()
                           .footer(2)
                           .end_ram();
    const auto loaded = load(m, two, {.main_ram = {"a", "b"}});
    REQUIRE(loaded);
    CHECK(m.load<std::uint8_t>(at(0x13fff)) == 'a');
    CHECK(m.load<std::uint8_t>(at(0x14000)) == 'b');
    CHECK(loaded->untouched == std::vector<std::string>{"small.rom"});
    CHECK(refusal(two, {.main_ram = {"a", "a"}}) == "main_ram names block a twice");
    CHECK(refusal(two, {.main_ram = {"b", "c"}})
              .starts_with("block c of the machine is missing in the stream"));
    CHECK(refusal(two, {.main_ram = {"b"}})
              .starts_with("block b has 48 KiB in the stream and 64 KiB in the machine"));
}

TEST_CASE("the RAM of a microcontroller is longer in a stream, by what QEMU added") {
    using Uno = Machine<boards::avr::UnoAsOf<qemu_release(7, 2)>, hostmem::Anonymous>;
    auto uno = Uno::create();
    REQUIRE(uno);
    const Stream stream = Stream()
                              .head("arduino-uno")
                              .start_ram({{"sram", 4_KiB}})
                              .part(2)
                              .page("sram", 0x700, 'a', 256)
                              .page("sram", 0x800, 'b', 256)
                              .end()
                              .footer(2)
                              .end_ram();
    qemu::MemorySource source(stream.span());
    const auto loaded = qemu::load_ram(*uno, source, {.allow_missing_pages = true});
    REQUIRE(loaded);
    CHECK(uno->load<std::uint8_t>(at(0x80'0100 + 0x7ff)) == 'a');
    CHECK(loaded->pages.passed_over == 1);
    CHECK(loaded->never_sent == 14 * 256_B);
    qemu::MemorySource again(stream.span());
    const auto large = qemu::load_ram(*uno, again, {.page_size = 4_KiB});
    REQUIRE_FALSE(large);
    CHECK(large.error().message ==
          "avr/arduino-uno: RAM of 2 KiB is not a whole number of pages of 4 KiB, in which a stream comes");

    const auto bytes = content_of("tests/qemu/corpus/avr-uno");  // of QEMU 7.2.22
    qemu::MemorySource real(bytes);
    const auto of_qemu = qemu::load_ram(*uno, real);
    REQUIRE(of_qemu);
    CHECK(of_qemu->loaded == std::vector<qemu::StreamBlock>{{"sram", 4_KiB}});
    CHECK(of_qemu->skipped == std::vector<qemu::StreamBlock>{{"flash", 32_KiB}});
    CHECK(of_qemu->never_sent == 0_B);
}

TEST_CASE("machine types are compared, and pages known") {
    CHECK(refusal(Stream().head("large").byte(1)) ==
          "the stream is of machine large, and x86_64/small is machine "
          "small: load it into the board of its machine type");
    M m = machine();
    Stream other = right();
    other.bytes.replace(other.bytes.find("small"), 5, "large");
    CHECK(load(m, other, {.machine_type = "large"}));
    CHECK(refusal(right(), {.machine_type = "large"}).starts_with("the stream is of machine small"));
    CHECK(refusal(right(), {.page_size = 3000_B}) ==
          "a target's page_size is a power of two, 256 bytes or more, not 3000 bytes");
    CHECK(refusal(part().fill("small.ram", 0x1000), {.page_size = 8_KiB})
              .find("pages of another size than 8 KiB") != std::string::npos);
    CHECK(refusal(Stream().magic().byte(1)).starts_with("the stream does not say of which machine it is"));
}

TEST_CASE("lists of blocks that no machine has are refused") {
    const auto list = [] { return Stream().head("small").start(2, "ram", 4); };
    CHECK(refusal(list().u64(0x10000 | 4).name("small.ram").u64(0x20000))
              .starts_with(
                  "the stream lists RAM block small.ram with 128 KiB, where 64 KiB of 64 KiB are left"));
    CHECK(refusal(list().u64(0x10000 | 4).name("small.ram").u64(0))
              .starts_with("the stream lists RAM block small.ram with 0 bytes"));
    CHECK(refusal(list().u64(0x10000 | 4).name("a").u64(0x1000).name("a")).starts_with("the stream ends"));
    CHECK(refusal(list().u64(0x10000 | 4).name("a").u64(0x1000).name("a").u64(0x1000)) ==
          "the stream lists RAM block a twice");
    CHECK(refusal(list().blocks({{"small.ram", 64_KiB}}).blocks({{"small.ram", 64_KiB}}))
              .starts_with("the stream lists its RAM blocks twice"));
    Stream many = list().u64(0x10'0000 | 4);
    for (unsigned i = 0; i != 1025; ++i) many.name("block" + std::to_string(i)).u64(1);
    CHECK(refusal(many) == "the stream lists more than 1024 RAM blocks; no machine of QEMU has as many");
}

TEST_CASE("pages of no block, outside of their block, or of no kind are refused") {
    CHECK(
        refusal(part().page("", 0, 'x')).starts_with("the first page of the stream belongs to no RAM block"));
    CHECK(refusal(part().page("other", 0, 'x')) ==
          "the stream has a page of RAM block other, which it did not list");
    CHECK(refusal(part().page("small.ram", 0x10000, 'x')) ==
          "the stream has a page at [0x10000, 0x11000) of RAM block small.ram, which has 64 KiB");
    CHECK(refusal(part().page("small.ram", ~0xfffull, 'x'))
              .starts_with("the stream has a page at [0xfffffffffffff000"));
    CHECK(refusal(part().u64(0x1000)).starts_with("the stream has a RAM record of unknown kind 0x0"));
    CHECK(refusal(part().u64(0x0a)).starts_with("the stream has a RAM record of unknown kind 0xa"));
    CHECK(refusal(part().u64(0x40)).find("capability xbzrle") != std::string::npos);
    CHECK(refusal(part().u64(0x80)).find("RDMA") != std::string::npos);
    CHECK(refusal(part().u64(0x100)).find("capability compress") != std::string::npos);
    CHECK(refusal(part().u64(0x200)).find("capability multifd") != std::string::npos);
}

TEST_CASE("sections out of order are refused") {
    CHECK(refusal(started().part(3)).starts_with("the stream goes on with section 3"));
    CHECK(
        refusal(part().end().footer(3)).starts_with("section 2 of the stream does not end where it should"));
    CHECK(refusal(part().end().byte(1)).starts_with("section 2 of the stream does not end where it should"));
    CHECK(refusal(started().start(2, "ram", 4)).starts_with("the stream starts section 2, ram, twice"));
    CHECK(refusal(Stream().head("small").start(2, "ram", 3))
              .starts_with("the stream has RAM of version 3, instance 0"));
    CHECK(refusal(started().start(3, "block", 1))
              .starts_with("the stream has a section block among those of the RAM"));
    CHECK(refusal(Stream().head("small").byte(4).u32(5).name("timer"))
              .starts_with("the stream has the state of device timer (section 5) before"));
    CHECK(refusal(started().byte(8).u16(3).u16(8)).find("postcopy-ram") != std::string::npos);
    CHECK(refusal(started().byte(0)) ==
          "the stream ends without the end of its RAM: the migration was cancelled or failed");
    CHECK(refusal(started().byte(0x55)).starts_with("the stream has a section of unknown kind 0x55"));
    CHECK(refusal(Stream().head("small").start(2, "ram", 4).end().footer(2).end_ram()) ==
          "the stream lists no RAM blocks");
}

TEST_CASE("live sections whose contents are known are passed over") {
    M m = machine();
    Stream stream = started();
    stream.start(7, "s390-storage_attributes", 0).u64(0x1002).u64(3).text("abc").u64(8).u64(1).footer(7);
    stream.start(8, "spapr/htab", 1).u32(24).footer(8);
    stream.part(8).u32(0).u32(5).u16(2).u16(1).text(std::string(32, 'h')).u32(0).u16(0).u16(0).footer(8);
    stream.part(8).u32(0xffff'ffff).footer(8);
    stream.part(2).page("small.ram", 0, 'x').end().footer(2).end_ram();
    REQUIRE(load(m, stream));
    CHECK(m.load<std::uint8_t>(at(0x10000)) == 'x');
    CHECK(refusal(started().start(7, "s390-storage_attributes", 0).u64(2).u64(~0ull).text("abc"))
              .find("in the middle of a section beside the RAM") != std::string::npos);
}

TEST_CASE("pages of zeroes are not written where memory has none, in shared memory too") {
    using Shared = Machine<Plain, hostmem::Memfd>;
    auto m = Shared::create({.ram_size = 64_MiB});
    REQUIRE(m);
    Stream stream = Stream().head("small").start_ram({{"small.ram", 64_MiB}}).part(2);
    stream.page("small.ram", 0x10000, 'a');
    for (std::uint64_t offset = 0; offset != (64_MiB).count; offset += 4096)
        if (offset != 0x20000) stream.fill("small.ram", offset);
    stream.page("small.ram", 0x20000, 'b').end().footer(2).end_ram();
    qemu::MemorySource source(stream.span());
    REQUIRE(qemu::load_ram(*m, source));
    CHECK(m->load<std::uint8_t>(at(0x20000)) == 0);  // written, then filled
    CHECK(m->load<std::uint8_t>(at(0x30000)) == 'b');
    const auto status = hostmem::os::Descriptor(::dup(m->ram_memory()->descriptor()));
    CHECK(hostmem::os::status(status)->st_blocks * 512 <= 3 * 4096);
}

namespace {

/// Every page of the blocks.
Stream& all_pages(Stream& stream, const std::vector<std::pair<std::string, Bytes>>& blocks) {
    for (const auto& [id, length] : blocks)
        for (std::uint64_t offset = 0; offset != length.count; offset += 4096) stream.fill(id, offset, 7);
    return stream;
}

Stream with_all_pages(const std::vector<std::pair<std::string, Bytes>>& blocks) {
    Stream stream = Stream().head("small").start_ram(blocks).part(2);
    return all_pages(stream, blocks).end().footer(2).end_ram();
}

Expected<qemu::LoadedRam> load_strictly(M& machine, const Stream& stream,
                                        const qemu::LoadOptions& options = {}) {
    qemu::MemorySource source(stream.span());
    return qemu::load_ram(machine, source, options);
}

std::string strict_refusal(const Stream& stream, const qemu::LoadOptions& options = {}) {
    M untouched = machine();
    const auto loaded = load_strictly(untouched, stream, options);
    REQUIRE_FALSE(loaded);
    CHECK(untouched.load<std::uint64_t>(at(0x10000)) == 0u);
    return loaded.error().message.substr(14);
}

}  // namespace

TEST_CASE("a stream in which pages are missing is refused, whichever block they are of") {
    M m = machine();
    const auto whole = load_strictly(m, with_all_pages(right_blocks));
    REQUIRE(whole);
    CHECK(whole->never_sent == 0_B);
    CHECK(m.load<std::uint8_t>(at(0x1f000)) == 7);

    // As with multifd: pages of zeroes are in the main channel, the others are not.
    CHECK(strict_refusal(right()).starts_with(
        "no page came of 52 KiB of block small.ram, 12 KiB of block vga.vram and 4 KiB of block "
        "small.rom: the stream was written with capability multifd"));
    Stream rom_missing = Stream().head("small").start_ram(right_blocks).part(2);
    all_pages(rom_missing, {{"small.ram", 64_KiB}, {"small.rom", 8_KiB}});
    rom_missing.page("vga.vram", 0, 'v').end().footer(2).end_ram();
    CHECK(strict_refusal(rom_missing).starts_with("no page came of 12 KiB of block vga.vram: "));
    CHECK(strict_refusal(rom_missing).find("say allow_missing_pages") != std::string::npos);
    CHECK(load_strictly(m, rom_missing, {.allow_missing_pages = true})->never_sent == 0_B);
    CHECK(load_strictly(m, rom_missing, {.skip_blocks = {"vga.vram"}}));
    CHECK(load_strictly(m, right(), {.allow_missing_pages = true})->never_sent == 14 * 4_KiB);
}

TEST_CASE("a page that came twice is no other page that came") {
    Stream twice = Stream().head("small").start_ram({{"small.ram", 64_KiB}}).part(2);
    for (std::uint64_t offset = 0; offset != 0xf000; offset += 4096) twice.fill("small.ram", offset);
    twice.page("small.ram", 0x1000, 'a').page("small.ram", 0, 'b').end().footer(2).end_ram();
    CHECK(strict_refusal(twice).starts_with("no page came of 4 KiB of block small.ram: "));
}

TEST_CASE("RAM that the machine has not is refused by name, and skipped when it is named") {
    const std::vector<std::pair<std::string, Bytes>> blocks{{"d0", 16_KiB},
                                                            {"small.ram", 64_KiB},
                                                            {"/rom@etc/acpi/tables", 4_KiB},
                                                            {"0000:00:02.0/vga.vram", 8_KiB},
                                                            {"0000:00:02.0/v0", 4_KiB}};
    const Stream stream = with_all_pages(blocks);
    CHECK(
        strict_refusal(stream) ==
        "blocks d0 (16 KiB) and 0000:00:02.0/v0 (4 KiB) of the stream are in no ROM and no device that is "
        "known: RAM of a memory device (pc-dimm, nvdimm, virtio-mem) or memory behind a device (ivshmem), "
        "which the machine has not; save the guest without it, or name them in skip_blocks to go on without");
    CHECK(strict_refusal(stream, {.skip_blocks = {"d0"}})
              .starts_with("block 0000:00:02.0/v0 (4 KiB) of the stream is in no ROM"));
    // An option about pages is none about blocks.
    CHECK(strict_refusal(stream, {.allow_missing_pages = true}).starts_with("blocks d0 "));
    M m = machine();
    const auto loaded = load_strictly(m, stream, {.skip_blocks = {"d0", "0000:00:02.0/v0"}});
    REQUIRE(loaded);
    CHECK(loaded->skipped.size() == 4);
    CHECK(loaded->loaded == std::vector<qemu::StreamBlock>{{"small.ram", 64_KiB}});
    CHECK(strict_refusal(stream, {.skip_blocks = {"small.ram"}})
              .starts_with("skip_blocks names block small.ram, which is main RAM"));
    // A block of the machine that is to be passed over is, whatever its length.
    const Stream other_rom = with_all_pages({{"small.ram", 64_KiB}, {"small.rom", 4_KiB}});
    CHECK(strict_refusal(other_rom).starts_with("block small.rom has 4 KiB in the stream"));
    CHECK(load_strictly(m, other_rom, {.skip_blocks = {"small.rom"}})->skipped.size() == 1);
}

TEST_CASE(
    "a virtio-mem device's pages that are not plugged do not come, and are not missed when it is skipped") {
    Stream stream = Stream().head("small").start_ram({{"v0", 64_KiB}, {"small.ram", 64_KiB}}).part(2);
    all_pages(stream, {{"small.ram", 64_KiB}}).end().footer(2).end_ram();
    M m = machine();
    CHECK(load_strictly(m, stream, {.skip_blocks = {"v0"}}));
}

TEST_CASE("section footers are there or not, whatever the head says") {
    const auto blocks = [](Stream stream) {
        return stream.start(2, "ram", 4).blocks({{"small.ram", 64_KiB}}).end();
    };
    const auto pages = [](Stream& stream) -> Stream& {
        return all_pages(stream.part(2), {{"small.ram", 64_KiB}}).end();
    };
    M m = machine();
    Stream neither = blocks(Stream().magic());
    pages(neither).byte(3).u32(2).end();
    const auto old = load_strictly(m, neither, {.machine_type = ""});
    REQUIRE(old);
    CHECK(old->ram_end == neither.bytes.size());
    CHECK(strict_refusal(neither).find("send-configuration=off") != std::string::npos);
    Stream no_name = blocks(Stream().magic()).footer(2);
    pages(no_name).footer(2).end_ram();
    CHECK(load_strictly(m, no_name, {.machine_type = ""})->ram_end == no_name.bytes.size());
    Stream no_footers = blocks(Stream().head("small"));
    pages(no_footers).byte(3).u32(2).end().byte(4).text("devices");
    CHECK(load_strictly(m, no_footers)->ram_end == no_footers.bytes.size() - 8);

    Stream some = blocks(Stream().head("small"));
    pages(some).footer(2).end_ram();
    CHECK(strict_refusal(some).starts_with("a section of the stream ends with a footer at byte "));
    Stream others = blocks(Stream().head("small")).footer(2);
    pages(others).byte(3).u32(2).end();
    CHECK(strict_refusal(others).starts_with("section 2 of the stream does not end where it should"));
    CHECK(strict_refusal(blocks(Stream().head("small")).byte(0x33))
              .starts_with("section 2 of the stream does not end where it should"));
    CHECK(strict_refusal(blocks(Stream().head("small"))).starts_with("the stream ends at byte"));
}

TEST_CASE("a background snapshot ends its RAM where the devices begin") {
    const auto stream = [](Bytes sent) {
        Stream s = Stream().head("small").start_ram({{"small.ram", 64_KiB}}).part(2);
        return all_pages(s, {{"small.ram", sent}}).end().footer(2).byte(4).u32(0).name("timer").text("…");
    };
    M m = machine();
    const auto loaded = load_strictly(m, stream(64_KiB));
    REQUIRE(loaded);
    CHECK(loaded->ram_end == stream(64_KiB).bytes.size() - 14);
    CHECK(strict_refusal(stream(32_KiB)).starts_with("no page came of 32 KiB of block small.ram"));
}

TEST_CASE("of commands, only the one that needs no answer is passed over") {
    const auto with = [](auto change) {
        Stream s = Stream().head("small").start_ram({{"small.ram", 64_KiB}}).part(2);
        all_pages(s, {{"small.ram", 64_KiB}}).end().footer(2).byte(8);
        change(s);
        return s.end_ram();
    };
    M m = machine();
    CHECK(load_strictly(m, with([](Stream& s) { s.u16(11).u16(0); })));
    CHECK(strict_refusal(with([](Stream& s) {
              s.u16(11).u16(1).byte(0);
          })).starts_with("the stream has command 11 with 1 byte"));
    CHECK(strict_refusal(with([](Stream& s) {
              s.u16(12).u16(0);
          })).starts_with("the stream has command 12 with"));
    CHECK(strict_refusal(with([](Stream& s) {
              s.u16(8).u16(4).u32(0);
          })).starts_with("the stream has command PACKAGED at byte"));
}

TEST_CASE("a save file of libvirt is loaded from behind its head") {
    const auto saved = [](std::uint32_t format) {
        Stream s;
        s.text("LibvirtQemudSave");
        for (const std::uint32_t word : {2u, 100u, 1u, format, 0u}) s.u32(swap_bytes(word));
        return s.text(std::string(56, '\0'))
            .text(std::string(100, 'x'))
            .text(with_all_pages(right_blocks).bytes);
    };
    M m = machine();
    const auto loaded = load_strictly(m, saved(0));
    REQUIRE(loaded);
    CHECK(loaded->ram_end == 192 + with_all_pages(right_blocks).bytes.size());
    CHECK(strict_refusal(saved(1)) ==
          "libvirt has packed the stream with gzip: unpack it, tail -c +193 FILE | gzip "
          "-dc > guest.stream");
}
