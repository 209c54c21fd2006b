#include <catch2/catch.hpp>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include <sys/stat.h>
#include <unistd.h>

#include <wirewrap/loader/image.hpp>

using namespace wirewrap;
using Catch::Matchers::Equals;

namespace {

// A folder of its own that goes away with the test.
struct Folder {
    std::filesystem::path path;
    Folder() {
        const char* given = std::getenv("TEST_TMPDIR");
        std::string pattern = std::string(given ? given : "/tmp") + "/imageXXXXXX";
        REQUIRE(::mkdtemp(pattern.data()) != nullptr);
        path = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::string file(const char* name, std::string_view contents) const {
        std::ofstream(path / name, std::ios::binary) << contents;
        return path / name;
    }
};

std::string refusal(const std::string& path) {
    const auto image = read_file(path);
    REQUIRE_FALSE(image);
    return image.error().message;
}

}  // namespace

TEST_CASE("a file is read whole, with every byte value in it") {
    const Folder folder;
    std::string contents;
    for (int i = 0; i != 100'000; ++i) contents.push_back(static_cast<char>(i * 7));
    const std::string path = folder.file("image.bin", contents);
    const auto image = read_file(path);
    REQUIRE(image);
    CHECK(image->name() == path);
    REQUIRE(image->bytes().size() == contents.size());
    CHECK(std::memcmp(image->bytes().data(), contents.data(), contents.size()) == 0);
}

TEST_CASE("files that cannot be images are refused with their names") {
    const Folder folder;
    const std::string missing = folder.path / "missing";
    CHECK_THAT(
        refusal(missing),
        Equals(missing +
               " cannot be opened: No such file or directory; give the path of a file that may be read"));
    CHECK_THAT(refusal(folder.path),
               Equals(folder.path.string() + " is a directory, not a file; give the path of a file in it"));
    const std::string empty = folder.file("empty", "");
    CHECK_THAT(refusal(empty), Equals(empty + " is empty, 0 bytes; build or copy it again"));
    CHECK_THAT(refusal(""), Equals("the file to load has an empty name; give the path of a file"));
    const std::string below = empty + "/x";
    CHECK_THAT(
        refusal(below),
        Equals(below + " cannot be opened: Not a directory; give the path of a file that may be read"));
}

TEST_CASE("a FIFO is refused without waiting for a writer") {
    const Folder folder;
    const std::string fifo = folder.path / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK_THAT(refusal(fifo),
               Equals(fifo + " is not a regular file, so its size is not known before it is read; copy it "
                             "to a file first"));
}

TEST_CASE("a file without permission is refused") {
    const Folder folder;
    const std::string secret = folder.file("secret", "x");
    REQUIRE(::chmod(secret.c_str(), 0) == 0);
    const ::uid_t user = ::geteuid();
    constexpr ::uid_t nobody = 65534;  // root may read every file
    if (user == 0) REQUIRE(::seteuid(nobody) == 0);
    const std::string message = refusal(secret);
    REQUIRE(::seteuid(user) == 0);
    CHECK_THAT(
        message,
        Equals(secret + " cannot be opened: Permission denied; give the path of a file that may be read"));
}

TEST_CASE("a file larger than any host's memory is refused") {
    const Folder folder;
    const std::string huge = folder.file("huge", "x");
    const std::uint64_t size = std::uint64_t{1} << 43;  // sparse: it takes no disk
    if (::truncate(huge.c_str(), static_cast<::off_t>(size)) != 0) {
        std::puts("SKIPPED: this file system holds no file of 8 TiB");
        return;
    }
    const std::string message = refusal(huge);
    CHECK(message.starts_with(huge + " is 8 TiB, more than the "));
    CHECK(message.ends_with(" of memory of this host; give a smaller file"));
}
