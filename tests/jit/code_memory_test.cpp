// Executable memory: two views of the same pages, neither of which is writable and executable.
#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <cstring>
#include <fstream>
#include <string>

#include <wirewrap/jit/code_memory.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using jit::CodeMemory;

TEST_CASE("what is written through one view is executed through the other") {
    auto memory = CodeMemory::create(64_KiB);
    REQUIRE(memory);
    CHECK(memory->size() == 64_KiB);
    const unsigned char code[] = {0x8d, 0x47, 0x05, 0xc3};  // lea eax, [rdi + 5]; ret
    std::memcpy(memory->writable() + 4096, code, sizeof code);
    const std::byte* const at = memory->executable(memory->writable() + 4096);
    CHECK(at != memory->writable() + 4096);
    CHECK(reinterpret_cast<int (*)(int)>(reinterpret_cast<std::uintptr_t>(at))(37) == 42);
}

TEST_CASE("no mapping of it is writable and executable") {
    auto memory = CodeMemory::create(64_KiB);
    REQUIRE(memory);
    std::ifstream maps("/proc/self/maps");
    int views = 0;
    for (std::string line; std::getline(maps, line);)
        if (line.find("wirewrap-translated") != std::string::npos) {
            ++views;
            const std::string rights = line.substr(line.find(' ') + 1, 3);
            CHECK((rights == "rw-" || rights == "r-x"));
        }
    CHECK(views == 2);
}

TEST_CASE("memory that the host does not have is refused with a sentence") {
    const auto memory = CodeMemory::create(Bytes{std::uint64_t{1} << 62});
    REQUIRE(!memory);
    const std::string& why = memory.error().message;
    CHECK(why.find("4 EiB") != std::string::npos);
    CHECK(why.find("interpreted instead") != std::string::npos);
}

TEST_CASE("a limit on files is an error, not a signal") {
    struct rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const struct rlimit low{4096, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &low) == 0);
    const auto memory = CodeMemory::create(64_KiB);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    REQUIRE(!memory);
    CHECK(memory.error().message.find("ftruncate says File too large (EFBIG)") != std::string::npos);
}
