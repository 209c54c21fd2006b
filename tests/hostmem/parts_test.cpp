#include <catch2/catch.hpp>

#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <sys/inotify.h>
#include <sys/mman.h>
#include <unistd.h>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

namespace {
using Parts = std::vector<Part>;

Parts anonymous_and_memfd() {
    return {{"m0", 4_MiB, Selection<Anonymous>{}}, {"m1", 6_MiB, Selection<Memfd>{}}};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }
}  // namespace

TEST_CASE("several backends are one piece of memory, with a page behind it that traps") {
    const test::Folder folder;
    const Parts parts{{"a", 4_MiB, Selection<Anonymous>{}},
                      {"b", 64_KiB, Selection<SharedFile>{{.path = folder / "b"}}},
                      {"c", 2_MiB, Selection<Memfd>{}},
                      {"d", 1_MiB, Selection<Shm>{}},
                      {"e", 4_KiB, Selection<File>{{.path = folder.path()}}}};
    const Bytes size = 7_MiB + 68_KiB;
    auto memory = allocate<Selected>(size, {parts});
    REQUIRE(message(memory) == "no error");
    CHECK(memory->size() == size);
    CHECK(memory->page_size() == 4_KiB);
    CHECK(reinterpret_cast<std::uintptr_t>(memory->data()) % (2u << 20) == 0);
    for (std::uint64_t i = 0; i < size.count; i += 1000) memory->data()[i] = static_cast<std::byte>(i % 251);
    for (std::uint64_t i = 0; i < size.count; i += 1000)
        if (memory->data()[i] != static_cast<std::byte>(i % 251)) FAIL("offset " << i);
    CHECK(test::in_child([&] {
              memory->data()[size.count] = std::byte{1};
              return 0;
          }) == -SIGSEGV);

    // A value across the border of two backends is a value like any other.
    std::uint64_t value = 0x0123'4567'89ab'cdef, read = 0;
    std::memcpy(memory->data() + (4_MiB).count - 3, &value, sizeof value);
    std::memcpy(&read, memory->data() + (4_MiB).count - 3, sizeof read);
    CHECK(read == value);
}

TEST_CASE("each part tells what another process needs of it") {
    auto memory = allocate<Selected>(10_MiB, {anonymous_and_memfd()});
    REQUIRE(memory);
    const std::vector<MemoryPart> parts = memory->backing().parts();
    REQUIRE(parts.size() == 2);
    CHECK((parts[0].id == "m0" && parts[0].offset == 0_B && parts[0].size == 4_MiB && !parts[0].shared));
    CHECK_FALSE(parts[0].descriptor);
    CHECK((parts[1].id == "m1" && parts[1].offset == 4_MiB && parts[1].size == 6_MiB && parts[1].shared));
    REQUIRE(parts[1].descriptor);
    CHECK_FALSE(memory->backing().shared());
    auto* const other = static_cast<std::byte*>(
        ::mmap(nullptr, (6_MiB).count, PROT_READ | PROT_WRITE, MAP_SHARED, *parts[1].descriptor, 0));
    memory->data()[(4_MiB).count + 5] = std::byte{5};
    CHECK(other[5] == std::byte{5});
    ::munmap(other, (6_MiB).count);

    auto one = allocate<Selected>(64_KiB, select<Memfd>());
    REQUIRE(one->backing().parts().size() == 1);
    CHECK(one->backing().parts()[0].descriptor == one->backing().descriptor());
}

TEST_CASE("memory of several is shared when each of them is, and has no descriptor of its own") {
    auto memory = allocate<Selected>(10_MiB, {anonymous_and_memfd()});
    REQUIRE(message(memory) == "no error");
    CHECK(memory->backing().parts()[1].id == "m1");
    CHECK_FALSE(memory->backing().descriptor());
    CHECK_FALSE(memory->backing().shared());
    Parts shared = anonymous_and_memfd();
    shared[0].backend = Selection<Shm>{};
    CHECK(allocate<Selected>(10_MiB, {shared})->backing().shared());
    auto moved = std::move(*memory);
    moved.data()[(10_MiB).count - 1] = std::byte{1};
}

TEST_CASE("prealloc is a property of each part") {
    Parts parts = anonymous_and_memfd();
    std::get<Selection<Memfd>>(parts[1].backend).options.common.prealloc = true;
    auto memory = allocate<Selected>(10_MiB, {parts});
    REQUIRE(message(memory) == "no error");
    CHECK(test::present_pages(memory->data(), 4_MiB) == 0);
    CHECK(test::present_pages(memory->data() + (4_MiB).count, 6_MiB) == test::pages_in(6_MiB));

    auto ram = allocate_in_background<Selected>(10_MiB, {parts});
    REQUIRE(ram);
    ram->data()[0] = std::byte{1};
    CHECK(std::move(*ram).finish());
}

TEST_CASE("each part has its policy") {
    if (!host::nodes_with_memory()) return test::skipped("this kernel lists no NUMA nodes");
    Parts parts = anonymous_and_memfd();
    std::get<Selection<Memfd>>(parts[1].backend).options.common.policy = bind_to(0);
    std::get<Selection<Memfd>>(parts[1].backend).options.common.prealloc = true;
    auto memory = allocate<Selected>(10_MiB, {parts});
    REQUIRE(message(memory) == "no error");
    const auto mode_at = [&](Bytes offset) {
        int mode = -1;
        ::syscall(SYS_get_mempolicy, &mode, nullptr, 0, memory->data() + offset.count, MPOL_F_ADDR);
        return mode;
    };
    CHECK(mode_at(0_B) == MPOL_DEFAULT);
    CHECK(mode_at(4_MiB) == MPOL_BIND);
    auto reserved = Selected::reserve(10_MiB, {parts});
    REQUIRE(reserved);
    CHECK(has(message(std::move(*reserved).bind(bind_to(0))), "is a property of each part"));
}

TEST_CASE("when a part cannot be had, nothing is left of the others") {
    const test::Folder folder;
    const auto maps = test::mappings(), descriptors = test::open_descriptors();
    const Parts good{{"a", 1_MiB, Selection<SharedFile>{{.path = folder / "a"}}},
                     {"b", 1_MiB, Selection<Memfd>{}}};
    const auto refused = [&](Part bad) {
        Parts parts = good;
        const Bytes size = 2_MiB + bad.size;
        parts.push_back(std::move(bad));
        return message(allocate<Selected>(size, {parts}));
    };
    CHECK(has(refused({"c", 1_MiB, Selection<File>{{.path = folder / "no/c"}}}),
              "memory backend c: cannot open file"));
    CHECK(has(refused({"c", 1_TiB, Selection<Memfd>{{.hugetlb = true, .hugetlbsize = 2_MiB}}}),
              "memory backend c: cannot map 1 TiB of memfd with huge pages"));
    if (host::nodes_with_memory())
        CHECK(has(refused({"c", 1_MiB, Selection<Anonymous>{{.policy = bind_to(127)}}}),
                  "memory backend c: host-nodes names node 127"));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(test::nothing_mapped_since(maps));
    CHECK(test::open_descriptors() == descriptors);

    // Cancelled while populating.
    Parts slow = good;
    std::get<Selection<Memfd>>(slow[1].backend).options.common.prealloc = true;
    auto bound = reserve_and_bind<Selected>(2_MiB, {slow});
    REQUIRE(bound);
    CHECK(
        has(message(std::move(*bound).populate({.stop = test::stopped()})), "memory backend b: populating"));
    CHECK(std::filesystem::is_empty(folder.path()));
    CHECK(test::nothing_mapped_since(maps));
}

TEST_CASE("files get their names all or none") {
    const test::Folder folder;
    namespace fs = std::filesystem;
    const auto file = [&](std::string name) {
        return Part{name, 1_MiB, Selection<SharedFile>{{.path = folder / name}}};
    };
    fs::create_directory(folder / "gone");
    std::ofstream(folder / "empty").close();
    const auto descriptors = test::open_descriptors();
    auto bound = reserve_and_bind<Selected>(3_MiB, {{file("a"), file("empty"), file("gone/b")}});
    REQUIRE(message(bound) == "no error");
    fs::remove(folder / "gone");  // where the third was to get its name
    CHECK(has(message(std::move(*bound).finish()), "memory backend gone/b: cannot give file"));
    CHECK_FALSE(fs::exists(folder / "a"));
    CHECK(fs::file_size(folder / "empty") == 0);
    CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 1);
    CHECK(test::open_descriptors() == descriptors);

    // A file of another size that came meanwhile under the name of the last.
    bound = reserve_and_bind<Selected>(2_MiB, {{file("a"), file("b")}});
    REQUIRE(message(bound) == "no error");
    std::ofstream(folder / "b") << "theirs";
    CHECK(has(message(std::move(*bound).finish()), "holds 6 bytes"));
    CHECK_FALSE(fs::exists(folder / "a"));
    CHECK(fs::file_size(folder / "b") == 6);
}

TEST_CASE("memory that was handed out can be withdrawn, but for files that others have open") {
    const test::Folder folder;
    namespace fs = std::filesystem;
    const auto options = [&](std::string name) { return FileOptions{.path = folder / name}; };
    CHECK(withdraw(std::move(*allocate<SharedFile>(1_MiB, options("mine")))));
    CHECK_FALSE(fs::exists(folder / "mine"));
    CHECK(withdraw(std::move(*allocate<Anonymous>(1_MiB))));

    auto opened = allocate<SharedFile>(1_MiB, options("opened"));
    REQUIRE(opened);
    {
        const std::ifstream other(folder / "opened");
        CHECK(has(message(withdraw(std::move(*opened))),
                  "stays, although it was created for memory that is given back: Resource temporarily "
                  "unavailable (EAGAIN), for somebody else has it open by now"));
    }
    CHECK(fs::file_size(folder / "opened") == (1_MiB).count);

    // What has the name by now is not the file that got it.
    auto replaced = allocate<SharedFile>(1_MiB, options("replaced"));
    REQUIRE(replaced);
    fs::remove(folder / "replaced");
    std::ofstream(folder / "replaced") << "theirs";
    const hostmem::os::Descriptor watch(::inotify_init1(IN_NONBLOCK));
    REQUIRE(::inotify_add_watch(watch.number(), folder.path().c_str(), IN_MOVE | IN_DELETE | IN_CREATE) >= 0);
    CHECK_FALSE(withdraw(std::move(*replaced)));
    CHECK(fs::file_size(folder / "replaced") == 6);
    std::array<char, 4096> events;
    CHECK(::read(watch.number(), events.data(), events.size()) < 0);  // it was there all the time

    // A file that was there is not removed, nor emptied when something was stored in it.
    CHECK(withdraw(std::move(*allocate<SharedFile>(1_MiB, options("opened")))));
    CHECK(fs::file_size(folder / "opened") == (1_MiB).count);
    std::ofstream(folder / "used").close();
    auto used = allocate<SharedFile>(1_MiB, options("used"));
    REQUIRE(used);
    used->data()[5] = std::byte{5};
    CHECK(withdraw(std::move(*used)));
    CHECK(fs::file_size(folder / "used") == (1_MiB).count);

    // Parts that are in one file do not keep each other's from going.
    const Selection<SharedFile> same{options("same")};
    auto twice = allocate<Selected>(2_MiB, {{{"a", 1_MiB, same}, {"b", 1_MiB, same}}});
    REQUIRE(twice);
    twice->data()[0] = std::byte{7};
    CHECK(twice->data()[(1_MiB).count] == std::byte{7});
    CHECK(message(withdraw(std::move(*twice))) == "no error");
    CHECK_FALSE(fs::exists(folder / "same"));

    // A forked child's copy is not the memory that it is a copy of.
    auto parents = allocate<SharedFile>(1_MiB, options("parents"));
    REQUIRE(parents);
    CHECK(test::in_child([&] { return withdraw(std::move(*parents)) ? 0 : 1; }) == 0);
    CHECK(fs::exists(folder / "parents"));
}

TEST_CASE("sizes that do not add up, and parts that cannot be, are refused before anything is mapped") {
    CHECK(message(allocate<Selected>(9_MiB, {{{.id = "m0", .size = 4_MiB}}})) ==
          "the memory backends have 4 MiB between them, but 9 MiB are asked for: make the two equal");
    CHECK(message(allocate<Selected>(9_MiB, {anonymous_and_memfd()})) ==
          "the memory backends have 10 MiB between them, but 9 MiB are asked for: make the two equal");
    Parts odd = anonymous_and_memfd();
    odd[0].size = 1000_B;
    CHECK(
        has(message(allocate<Selected>(10_MiB, {odd})), "memory backend m0: size 1000 bytes is not a whole"));
    const Parts huge{{"m0", 4_KiB, Selection<Anonymous>{}},
                     {"m1", 2_MiB, Selection<Memfd>{{.hugetlb = true, .hugetlbsize = 2_MiB}}}};
    CHECK(
        has(message(allocate<Selected>(2_MiB + 4_KiB, {huge})),
            "memory backend m1: cannot map 2 MiB of memfd with huge pages: its pages have 2 MiB, and what is "
            "before it is no multiple of that: put larger pages first"));
}

TEST_CASE("merge and dump can change later, of one backend and of several") {
    auto several = allocate<Selected>(10_MiB, {anonymous_and_memfd()});
    REQUIRE(several);
    CHECK(several->dump(false));
    CHECK_FALSE(several->options().parts[0].common().dump);
    CHECK_FALSE(several->options().parts[1].common().dump);
    CHECK(test::has_flag(several->data(), "dd"));  // VM_DONTDUMP (proc.rst)
    CHECK(test::has_flag(several->data() + (4_MiB).count, "dd"));
    CHECK(several->dump(true));
    CHECK_FALSE(test::has_flag(several->data() + (4_MiB).count, "dd"));

    auto one = allocate<Selected>(64_KiB, select<Memfd>());
    REQUIRE(one);
    CHECK(one->options().common().dump);
    CHECK(one->dump(false));
    CHECK_FALSE(one->options().common().dump);
    CHECK(test::has_flag(one->data(), "dd"));
    if (one->merge(false)) CHECK_FALSE(one->options().common().merge);
}

TEST_CASE("memory of several backends is made and destroyed a thousand times, and nothing stays behind") {
    const auto maps = test::mappings(), descriptors = test::open_descriptors();
    for (int i = 0; i != 1000; ++i) {
        auto memory = allocate<Selected>(10_MiB, {anonymous_and_memfd()});
        REQUIRE(memory);
        memory->data()[i] = memory->data()[(10_MiB).count - 1] = std::byte{1};
    }
    CHECK(test::nothing_mapped_since(maps));
    CHECK(test::open_descriptors() == descriptors);
}
