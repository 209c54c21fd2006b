#include <catch2/catch.hpp>

#include <concepts>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <wirewrap/config/allocation.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {

Configuration of(std::vector<BackendObject> backends) {
    return {.backends = std::move(backends), .numa = NumaSetup({})};
}

/// A consumer that hands guest RAM to another process, as vhost-user does.
template <class B>
concept CanServeVhostUser = hostmem::Backend<B> && B::shared && B::has_descriptor && B::writable;

struct Directory {
    std::string name = (std::filesystem::temp_directory_path() / "allocation-XXXXXX").string();
    Directory() { REQUIRE(::mkdtemp(name.data()) != nullptr); }
    ~Directory() { std::filesystem::remove_all(name); }
};

}  // namespace

TEST_CASE("attributes are those of the memory") {
    auto memory = allocate(of({{.id = "a", .size = 4_MiB, .common = {.prealloc = true, .merge = false}},
                               {.kind = BackendKind::memfd, .id = "b", .size = 64_KiB, .share = true}}));
    REQUIRE(memory);
    REQUIRE(memory->size() == 2);
    const Memdev a = memory->front().memdevs()[0], b = memory->back().memdevs()[0];
    CHECK((a.id == "a" && a.size == 4_MiB && a.common.prealloc && !a.common.merge && a.common.dump &&
           !a.share && a.common.reserve));
    CHECK((b.id == "b" && b.size == 64_KiB && b.share && !b.common.prealloc));
    memory->front().memory.data()[5] = std::byte{7};
    CHECK(memory->front().memory.data()[5] == std::byte{7});
}

TEST_CASE("main RAM of several backends is one block, in front of the others") {
    Configuration configuration = of(
        {{.id = "spare", .size = 64_KiB},
         {.id = "m0", .size = 4_MiB, .common = {.prealloc = true, .dump = false}},
         {.kind = BackendKind::memfd, .id = "m1", .size = 2_MiB, .share = true}});
    configuration.ram = {"m1", "m0"};  // in the order of the nodes
    const auto memory = allocate(configuration);
    REQUIRE(memory);
    REQUIRE(memory->size() == 2);
    CHECK(memory->front().memory.size() == 6_MiB);
    const auto nodes = memory->front().memdevs();
    REQUIRE(nodes.size() == 2);
    CHECK((nodes[0].id == "m1" && nodes[0].share && nodes[0].size == 2_MiB && !nodes[0].common.prealloc));
    CHECK((nodes[1].id == "m0" && !nodes[1].share && nodes[1].common.prealloc && !nodes[1].common.dump));
    CHECK(memory->back().id == "spare");
    const auto created = memdevs(configuration, *memory);
    REQUIRE(created.size() == 3);
    CHECK((created[0].id == "spare" && created[1].id == "m0" && created[2].id == "m1"));
    CHECK(hostmem::Selected::check(6_MiB, main_ram(configuration)));
    const auto others = allocate_others(configuration);
    REQUIRE(others);
    CHECK(others->size() == 1);

    configuration.backends[1].common.policy = hostmem::bind_to(127);
    CHECK(allocate(configuration).error().message.starts_with("memory backend m0: "));
}

TEST_CASE("1 TiB is address space, not memory") {
    const auto memory = allocate(of({{.id = "a", .size = 1_TiB, .common = {.reserve = false}}}));
    if (!memory) {
        CHECK(memory.error().message.find("1 TiB") != std::string::npos);
        return;
    }
    CHECK(memory->front().memory.size() == 1_TiB);
}

TEST_CASE("a refusal leaves no file behind, whichever backend was refused (QEMU's defects A9, A16)") {
    const Directory directory;
    const std::string file = directory.name + "/new.img";
    const BackendObject good{.kind = BackendKind::file, .id = "a", .size = 1_MiB, .path = file};
    const BackendObject nowhere{.id = "b", .size = 1_MiB, .common = {.policy = hostmem::bind_to(127)}};
    const auto refused = allocate(of({good, nowhere}));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("memory backend b: "));
    CHECK_FALSE(std::filesystem::exists(file));
    // Also where the file had its name already when the pages of the other could not be had.
    const BackendObject far{
        .id = "b", .size = 1_MiB, .common = {.prealloc = true, .prealloc_place = {{1023}, {}}}};
    const auto late = allocate(of({good, far}));
    REQUIRE_FALSE(late);
    CHECK(late.error().message.starts_with("memory backend b: cannot populate 1 MiB"));
    CHECK_FALSE(std::filesystem::exists(file));
    BackendObject shared = good, same = good;
    shared.share = same.share = true;
    same.id = "c";
    CHECK_FALSE(allocate(of({shared, same, far})));
    CHECK_FALSE(std::filesystem::exists(file));
    BackendObject template_file = good;
    template_file.readonly = true;
    template_file.rom = false;
    CHECK_FALSE(allocate(of({template_file})));
    CHECK_FALSE(std::filesystem::exists(file));
    CHECK(allocate(of({good})));
    CHECK(std::filesystem::file_size(file) == (1_MiB).count);
}

TEST_CASE("memory that another process cannot share is no memory for it, says the type (QEMU's defect A8)") {
    static_assert(CanServeVhostUser<hostmem::Memfd> && CanServeVhostUser<hostmem::SharedFile> &&
                  CanServeVhostUser<hostmem::Shm>);
    static_assert(!CanServeVhostUser<hostmem::Anonymous> && !CanServeVhostUser<hostmem::SharedAnonymous> &&
                  !CanServeVhostUser<hostmem::PrivateMemfd> && !CanServeVhostUser<hostmem::File> &&
                  !CanServeVhostUser<hostmem::Selected>);
    // What was chosen at run time says it at run time: shared without a descriptor is not enough.
    const auto memory = allocate(
        of({{.id = "a", .size = 64_KiB, .share = true},
            {.kind = BackendKind::memfd, .id = "b", .size = 64_KiB, .share = true}}));
    REQUIRE(memory);
    CHECK_FALSE(memory->front().memory.backing().descriptor());
    CHECK(memory->back().memory.backing().descriptor());
}

template <class Memory>
concept CanBeBoundAgain = requires(Memory& memory) { memory.bind(hostmem::bind_to(0)); };
template <class Memory>
concept CanBecomeHuge = requires(Memory& memory) { memory.options().hugetlb = true; };
template <class Memory>
concept CanChangeThreads = requires(Memory& memory) { memory.options().common.prealloc_threads = 2u; };

TEST_CASE("after allocation nothing can be set that would have no effect (QEMU's defect A10)") {
    using Memory = hostmem::HostMemory<hostmem::Memfd>;
    static_assert(!CanBeBoundAgain<Memory> && !CanBecomeHuge<Memory> && !CanChangeThreads<Memory>);
    static_assert(!CanBeBoundAgain<hostmem::HostMemory<hostmem::Selected>>);
    // The same assignments before allocation are what options are for.
    hostmem::MemfdOptions options;
    options.hugetlb = true;
    options.common.prealloc_threads = 2u;
    CHECK(options != hostmem::MemfdOptions{});
}
