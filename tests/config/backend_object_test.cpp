#include <catch2/catch.hpp>

#include <string>

#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/json_object.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {
Expected<BackendObject> backend(std::string_view text, const BackendDefaults& defaults = {}) {
    const auto object = parse_object(text, parse_json_object);
    if (!object) return std::unexpected(object.error());
    return read_backend(*object, defaults);
}
std::string objection(std::string_view text) {
    const auto read = backend(text);
    return read ? "" : read.error().message;
}
}  // namespace

TEST_CASE("without a reader of JSON, JSON is refused") {
    CHECK(parse_object("{}").error().message ==
          "this is JSON, which this program does not read: write NAME=VALUE with commas between");
}

TEST_CASE("both grammars describe the same backend") {
    const auto list = backend(
        "memory-backend-memfd,id=m0,size=64M,prealloc=on,policy=bind,host-nodes=0-1,host-nodes=3");
    const auto json = backend(
        R"({"qom-type":"memory-backend-memfd","id":"m0","size":67108864,"prealloc":true,)"
        R"("policy":"bind","host-nodes":[0,1,3]})");
    REQUIRE(list);
    REQUIRE(json);
    CHECK(selection(*list) == selection(*json));
    CHECK(list->size == 64_MiB);
    CHECK(list->common.policy == hostmem::bind_to(0, 1, 3));
    CHECK(selection(*list).common().prealloc);
}

TEST_CASE("every kind becomes the backend that it is called") {
    using namespace hostmem;
    const auto is = []<class B>(std::in_place_type_t<B>, std::string_view text) {
        const auto read = backend(text);
        return read && std::holds_alternative<Selection<B>>(part(*read).backend);
    };
    CHECK(is(std::in_place_type<Anonymous>, "memory-backend-ram,id=m,size=1M"));
    CHECK(is(std::in_place_type<SharedAnonymous>, "memory-backend-ram,id=m,size=1M,share=on"));
    CHECK(is(std::in_place_type<Memfd>, "memory-backend-memfd,id=m,size=1M"));
    CHECK(is(std::in_place_type<PrivateMemfd>, "memory-backend-memfd,id=m,size=1M,share=off"));
    CHECK(is(std::in_place_type<File>, "memory-backend-file,id=m,size=1M,mem-path=f"));
    CHECK(is(std::in_place_type<SharedFile>, "memory-backend-file,id=m,size=1M,mem-path=f,share=on"));
    CHECK(is(std::in_place_type<Shm>, "memory-backend-shm,id=m,size=1M"));
    const auto copy = backend("memory-backend-file,id=m,size=1M,mem-path=f,readonly=on,rom=off");
    REQUIRE(copy);
    CHECK(std::get<Selection<File>>(part(*copy).backend).options.readonly);
}

TEST_CASE("the machine's word counts until the backend says otherwise") {
    const BackendDefaults defaults{.merge = false, .dump = false, .prealloc = true};
    const auto silent = backend("memory-backend-ram,id=m,size=1M", defaults);
    CHECK((!silent->common.merge && !silent->common.dump && silent->common.prealloc));
    const auto loud = backend("memory-backend-ram,id=m,size=1M,merge=on,dump=on,prealloc=off", defaults);
    CHECK((loud->common.merge && loud->common.dump && !loud->common.prealloc));
}

TEST_CASE("conflicts are found without the host") {
    CHECK(objection("memory-backend-ram,id=m,size=1M,prealloc=on,reserve=off")
              .starts_with("prealloc=on takes every page"));
    CHECK(
        objection("memory-backend-ram,id=m,size=1M,policy=bind").starts_with("policy=bind needs host-nodes"));
    CHECK(
        objection("memory-backend-ram,id=m,size=1M,host-nodes=0").starts_with("host-nodes 0 has no meaning"));
    CHECK(objection("memory-backend-ram,id=m,size=1M,policy=bind,host-nodes=4294967296").find("4294967295") !=
          std::string::npos);
    CHECK(objection("memory-backend-memfd,id=m,size=2M,hugetlbsize=2M").find("hugetlb=off") !=
          std::string::npos);
    CHECK(objection("memory-backend-ram,id=m,size=1000").find("whole number of 4 KiB pages") !=
          std::string::npos);
    CHECK(objection("memory-backend-ram,id=m") == "size is missing: say how large m is, such as size=512M");
    CHECK(objection("memory-backend-ram,size=1M") == "id is missing: name the object, such as id=m0");
    CHECK(objection("memory-backend-ram,id=m,size=1M,mem-path=f") ==
          "mem-path is no property of memory-backend-ram");
    CHECK(objection("memory-backend-file,id=m,size=1M") == "mem-path is missing: name a file or a directory");
    CHECK(
        objection("memory-backend-shm,id=m,size=1M,share=off").starts_with("share=off: POSIX shared memory"));
    CHECK(objection("memory-backend-foo,id=m,size=1M") == "memory-backend-foo m is no memory backend");
    CHECK_FALSE(objection("memory-backend-ram,id=m,size=1M,prealloc-threads=0").empty());
    CHECK_FALSE(objection("memory-backend-ram,id=m,size=0").empty());
}

TEST_CASE("a ROM is no RAM, and a template is (QEMU's defect A9)") {
    CHECK(objection("memory-backend-file,id=m,size=1M,mem-path=f,readonly=on") ==
          "readonly=on makes a ROM of file f, but RAM is written: add rom=off with share=off for a private "
          "copy, or leave "
          "readonly out");
    CHECK(objection("memory-backend-file,id=m,size=1M,mem-path=f,readonly=on,rom=off").empty());
    CHECK_FALSE(
        objection("memory-backend-file,id=m,size=1M,mem-path=f,readonly=on,rom=off,share=on").empty());
    CHECK_FALSE(objection("memory-backend-file,id=m,size=1M,mem-path=f,rom=on").empty());
}
