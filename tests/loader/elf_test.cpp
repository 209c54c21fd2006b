#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <wirewrap/loader/elf.hpp>

#include "elf_builder.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using Catch::Contains;
using Catch::Matchers::Equals;

namespace {

constexpr ElfTarget riscv{.machine = ElfMachine::riscv};

std::string refusal(const std::vector<std::byte>& bytes, const ElfTarget& target = riscv) {
    const auto program = parse_elf("a.elf", bytes, target);
    REQUIRE_FALSE(program);
    return program.error().message;
}
std::string refusal(const elf_builder::File& file, const ElfTarget& target = riscv) {
    return refusal(file.bytes(), target);
}

}  // namespace

TEST_CASE("both classes and byte orders are read alike") {
    const unsigned bits = GENERATE(32u, 64u);
    const std::endian order = GENERATE(std::endian::little, std::endian::big);
    const auto bytes = elf_builder::small(bits, order).bytes();
    const auto program = parse_elf("a.elf", bytes,
                                   {.machine = ElfMachine::riscv, .bits = bits, .order = order});
    REQUIRE(program);
    CHECK(program->entry == at(0x8000'0004));
    REQUIRE(program->segments.size() == 2);
    CHECK(program->segments[0].index == 0);
    CHECK(program->segments[0].memory == Interval{at(0x8000'0000), {24}});
    CHECK(program->segments[0].contents.size() == 8);
    CHECK(program->segments[0].contents[0] == std::byte{1});
    CHECK(program->segments[1].index == 2);
    CHECK(program->segments[1].memory == Interval{at(0x8000'1000), {4}});
    CHECK(program->segments[1].contents[3] == std::byte{12});
}

TEST_CASE("segments are sorted by address, and those without memory are left out") {
    auto file = elf_builder::small();
    std::swap(file.segments[0], file.segments[2]);
    file.segments[1] = {1, file.headers_size(), 0, 0, 0, 0};
    const auto bytes = file.bytes();
    const auto program = parse_elf("a.elf", bytes, riscv);
    REQUIRE(program);
    REQUIRE(program->segments.size() == 2);
    CHECK(program->segments[0].memory.base == at(0x8000'0000));
    CHECK(program->segments[0].index == 2);
}

TEST_CASE("a program linked high starts where it is loaded") {
    auto file = elf_builder::small();
    file.segments[0].virtual_address = 0xffff'ffff'8000'0000;
    file.entry = 0xffff'ffff'8000'0004;
    const auto bytes = file.bytes();
    const auto program = parse_elf("a.elf", bytes, riscv);
    REQUIRE(program);
    CHECK(program->entry == at(0x8000'0004));
}

TEST_CASE("zeros of a segment that is linked elsewhere give way to what lies where they would be loaded") {
    // As GNU ld has it of `.data : {…} > RAM AT> FLASH`, `.bss : {…} > RAM` and a section that follows in FLASH.
    auto file = elf_builder::small();
    auto& code = file.segments[0];
    auto& other = file.segments[2];
    code.virtual_address = 0x2000'0000;  // 8 bytes in the file, 24 in memory, loaded at 0x80000000
    const auto memory = [&] {
        const auto bytes = file.bytes();
        std::vector<Interval> all;
        const auto program = parse_elf("a.elf", bytes, riscv);
        REQUIRE(program);
        for (const ElfSegment& segment : program->segments) all.push_back(segment.memory);
        return all;
    };
    file.entry = 0x2000'0000;
    other.virtual_address = other.physical_address = 0x8000'0008;
    CHECK(memory() == std::vector<Interval>{{at(0x8000'0000), 8_B}, {at(0x8000'0008), 4_B}});
    other.virtual_address = other.physical_address = 0x8000'000a;
    CHECK(memory() == std::vector<Interval>{{at(0x8000'0000), 10_B}, {at(0x8000'000a), 4_B}});
    SECTION("contents do not") {
        other.virtual_address = other.physical_address = 0x8000'0007;
        CHECK_THAT(refusal(file),
                   Contains("segments 0 [0x80000000, 0x80000008) and 2 [0x80000007, 0x8000000b) overlap"));
    }
    SECTION("zeros alone take no place") {
        file.segments.push_back(
            {.virtual_address = 0x2000'1000, .physical_address = 0x8000'000a, .in_memory = 64});
        CHECK(memory() == std::vector<Interval>{{at(0x8000'0000), 10_B}, {at(0x8000'000a), 4_B}});
    }
    SECTION("where a segment is loaded as it is linked, its zeros are its own") {
        code.virtual_address = code.physical_address;
        file.entry = 0x8000'0000;
        CHECK_THAT(refusal(file), Contains("overlap; link them apart"));
    }
}

TEST_CASE("an entry point is virtual where an executable segment holds it, and else taken as it is") {
    auto file = elf_builder::small();
    const auto entry = [&] {
        const auto bytes = file.bytes();
        const auto program = parse_elf("a.elf", bytes, riscv);
        return program ? program->entry : at(0);
    };
    SECTION("a kernel linked high whose entry is physical") {
        file.segments[0].virtual_address = 0xffff'ffff'8100'0000;
        file.segments[0].physical_address = file.entry = 0x100'0000;
        CHECK(entry() == at(0x100'0000));
        file.entry += 6;
        CHECK(entry() == at(0x100'0006));
    }
    SECTION("virtual wins over physical") {
        file.segments[0].virtual_address = 0x8000'1000;
        file.segments[0].physical_address = 0x9000'0000;
        file.entry = 0x8000'1002;
        CHECK(entry() == at(0x9000'0002));
    }
    SECTION("not in a segment that is not executable") {
        file.segments[0].virtual_address = 0x8000'1000;
        file.segments[0].physical_address = 0x9000'0000;
        file.segments[0].flags = 6;
        file.entry = 0x8000'1002;
        CHECK(entry() == at(0x8000'1002));
        file.segments[2].virtual_address = file.segments[2].physical_address = 0x8000'2000;
        CHECK(refusal(file) ==
              "a.elf: the entry point 0x80001002 is in none of its 2 segments, the first of which is "
              "[0x80002000, 0x80002004); link it with an entry symbol");
    }
    SECTION("of two virtual ranges over each other the last one") {
        file.segments[0].virtual_address = file.segments[2].virtual_address = 0xffff'ffff'8000'0000;
        file.entry = 0xffff'ffff'8000'0002;
        CHECK(entry() == at(0x8000'1002));
        file.entry = 0xffff'ffff'8000'0005;  // only the first is as long
        CHECK(entry() == at(0x8000'0005));
    }
    SECTION("not in a segment without bytes in the file") {
        file.segments[2].virtual_address = 0xffff'ffff'8000'0000;
        file.segments[2].in_file = 0;
        file.entry = 0xffff'ffff'8000'0000;
        CHECK(entry() == at(0));
    }
    SECTION("not in a segment without memory") {
        file.segments[2] = {1, 0, 0x9000'0000, 0x9000'0000, 0, 0};
        file.entry = 0x9000'0000;
        CHECK(entry() == at(0));
    }
    SECTION("data is no hindrance where the two are the same") {
        file.segments[0].flags = 6;
        CHECK(entry() == at(0x8000'0004));
    }
}

TEST_CASE("a file cut at any length is refused") {
    const unsigned bits = GENERATE(32u, 64u);
    const auto whole = elf_builder::small(bits).bytes();
    for (std::size_t length = 0; length != whole.size(); ++length) {
        // A copy of exactly this size, so that a read past its end is one past an allocation.
        const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        const auto program = parse_elf("a.elf", cut, riscv);
        REQUIRE_FALSE(program);
        CHECK(program.error().message.starts_with("a.elf is " + std::string(sentence(Bytes{length}).view()) +
                                                  ", "));
    }
}

TEST_CASE("the sentences about truncation say what is missing") {
    auto bytes = elf_builder::small().bytes();
    bytes.pop_back();
    CHECK_THAT(refusal(bytes),
               Equals("a.elf is 243 bytes, but segment 2 takes 4 bytes from byte 240: it is truncated or "
                      "damaged; copy or build it again"));
    bytes.resize(100);
    CHECK_THAT(refusal(bytes),
               Equals("a.elf is 100 bytes, but its 3 program headers take 168 bytes from byte 64: it is "
                      "truncated or damaged; copy or build it again"));
    bytes.resize(63);
    CHECK_THAT(refusal(bytes),
               Equals("a.elf is 63 bytes, less than the 64 bytes of an ELF64 header: it is truncated; copy "
                      "or build it again"));
    bytes.resize(15);
    CHECK_THAT(refusal(bytes),
               Equals("a.elf is 15 bytes, less than the 16 bytes that identify an ELF file: it is "
                      "truncated; copy or build it again"));
}

TEST_CASE("any bit of the headers may flip: an error or a table whose contents are in the file") {
    const unsigned bits = GENERATE(32u, 64u);
    const auto file = elf_builder::small(bits);
    const auto whole = file.bytes();
    unsigned refused = 0;
    for (std::size_t bit = 0; bit != 8 * file.headers_size(); ++bit) {
        auto bytes = whole;
        bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
        const auto program = parse_elf("a.elf", bytes, riscv);
        if (!program) {
            ++refused;
            CHECK(program.error().message.starts_with("a.elf"));
            continue;
        }
        for (const ElfSegment& segment : program->segments) {
            CHECK_FALSE(segment.memory.empty());
            CHECK_FALSE(segment.memory.wraps());
            CHECK(segment.contents.size() <= segment.memory.size.count);
            CHECK(segment.contents.data() >= bytes.data());
            CHECK(segment.contents.data() + segment.contents.size() <= bytes.data() + bytes.size());
        }
    }
    CHECK(refused > 200);
}

TEST_CASE("fields at their extremes are refused without a wrap") {
    const unsigned bits = GENERATE(32u, 64u);
    const auto file = elf_builder::small(bits);
    const auto whole = file.bytes();
    for (std::size_t field = 16; field + bits / 8 <= file.headers_size(); field += 2)
        for (const unsigned value : {0x00u, 0x7fu, 0x80u, 0xffu}) {
            auto bytes = whole;
            std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(field), bits / 8,
                        static_cast<std::byte>(value));
            const auto program = parse_elf("a.elf", bytes, riscv);
            if (!program) continue;
            for (const ElfSegment& segment : program->segments) CHECK_FALSE(segment.memory.wraps());
        }
}

TEST_CASE("what is not an ELF file is called so, also when it is short") {
    const std::string text = "#!/bin/sh\necho this is a script, not a program\n";
    std::vector<std::byte> bytes;
    for (const char c : text) bytes.push_back(static_cast<std::byte>(c));
    const std::string expected =
        "a.elf does not begin with the bytes 7f 45 4c 46 of an ELF file; give an ELF executable, "
        "or load it as a raw image at an address";
    CHECK_THAT(refusal(bytes), Equals(expected));
    bytes.resize(2);
    CHECK_THAT(refusal(bytes), Equals(expected));
}

TEST_CASE("a program for other harts is refused with both names") {
    auto file = elf_builder::small();
    file.machine = 62;
    CHECK_THAT(refusal(file),
               Equals("a.elf is for x86-64 (e_machine 62), and this board runs RISC-V (e_machine 243); give "
                      "a program built for it"));
    file.machine = 0xfeed;
    CHECK_THAT(refusal(file),
               Equals("a.elf is for an unknown machine (e_machine 65261), and this board runs RISC-V "
                      "(e_machine 243); give a program built for it"));
    CHECK_THAT(refusal(elf_builder::small(32), {.machine = ElfMachine::riscv, .bits = 64}),
               Equals("a.elf is an ELF32 file, and this board runs ELF64 programs; build it for 64 bits"));
    CHECK_THAT(refusal(elf_builder::small(64, std::endian::big)),
               Equals("a.elf is big-endian, and this board is little-endian; build it little-endian"));
}

TEST_CASE("an object file is not a program") {
    auto file = elf_builder::small();
    file.type = 1;
    CHECK_THAT(refusal(file),
               Equals("a.elf has e_type 1, not that of a linked program (2, ET_EXEC, or 3, ET_DYN); link it "
                      "first"));
    file.type = 3;
    const auto bytes = file.bytes();
    CHECK(parse_elf("a.elf", bytes, riscv));
}

TEST_CASE("segments that contradict themselves or each other are refused") {
    auto file = elf_builder::small();
    SECTION("more in the file than in memory") {
        file.segments[0].in_memory = 7;
        CHECK_THAT(refusal(file), Equals("a.elf: segment 0 has 8 bytes in the file for 7 bytes of memory at "
                                         "0x80000000; build it again"));
    }
    SECTION("past the address space") {
        file.segments[0].physical_address = ~std::uint64_t{0} - 10;
        CHECK_THAT(refusal(file),
                   Equals("a.elf: segment 0 at 0xfffffffffffffff5 of 24 bytes runs past the 64-bit address "
                          "space; link it at a lower address"));
    }
    SECTION("exactly to the end of the address space is allowed") {
        file.segments[0].physical_address = ~std::uint64_t{0} - 23;
        const auto bytes = file.bytes();
        CHECK(parse_elf("a.elf", bytes, riscv));
    }
    SECTION("past the 32-bit address space") {
        file = elf_builder::small(32);
        file.segments[0].physical_address = 0xffff'fff0;
        CHECK_THAT(refusal(file),
                   Equals("a.elf: segment 0 at 0xfffffff0 of 24 bytes runs past the 32-bit address space; "
                          "link it at a lower address"));
    }
    SECTION("overlapping by one byte") {
        file.segments[2].physical_address = 0x8000'0017;
        CHECK_THAT(refusal(file),
                   Equals("a.elf: segments 0 [0x80000000, 0x80000018) and 2 [0x80000017, 0x8000001b) "
                          "overlap; link them apart"));
    }
    SECTION("touching is allowed") {
        file.segments[2].physical_address = 0x8000'0018;
        const auto bytes = file.bytes();
        CHECK(parse_elf("a.elf", bytes, riscv));
    }
    SECTION("nothing to load") {
        file.segments[0].type = file.segments[2].type = 4;
        CHECK_THAT(refusal(file),
                   Equals("a.elf has no segment to load among its 3 program headers; link it as an "
                          "executable"));
        file.segments.clear();
        CHECK_THAT(
            refusal(file),
            Equals("a.elf has no program headers, so nothing says what to load; link it as an executable"));
    }
    SECTION("an entry point outside") {
        file.entry = 0x8000'0018;
        CHECK_THAT(refusal(file),
                   Equals("a.elf: the entry point 0x80000018 is in none of its 2 segments, the first of "
                          "which is [0x80000000, 0x80000018); link it with an entry symbol"));
    }
}
