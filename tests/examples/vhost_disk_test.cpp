#include <cstdio>
#include <string>

#include <catch2/catch.hpp>

#include <tests/examples/process.hpp>
#include <tests/support/storage_daemon.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

TEST_CASE("the rig reads and writes the disk that a daemon serves, and says when there is none") {
    const Finished nobody = run_program({"examples/vhost_disk", "/nowhere/disk.sock"});
    CHECK(nobody.status == 1);
    CHECK(nobody.err == "cannot connect to the vhost-user back end at /nowhere/disk.sock: No such file or "
                        "directory (ENOENT); start it "
                        "first, with this path as its socket\n");
    if (!storage_daemon_is_installed()) {
        std::puts("SKIPPED: qemu-storage-daemon is not installed");
        return;
    }
    const StorageDaemon daemon(1_MiB);
    REQUIRE(daemon.listens());
    const Finished rig = run_program({"examples/vhost_disk", daemon.socket});
    CHECK(rig.err == "");
    CHECK(rig.out == "2048 sectors\n"
                     "sector 0 begins with 0x0000000000000000\n"
                     "sector 2047 is written and on stable storage\n");
    const auto image = content_of(daemon.image);
    REQUIRE(image.size() == 1 << 20);
    const std::string last(reinterpret_cast<const char*>(image.data()) + 2047 * 512, 22);
    CHECK(last == "written from guest RAM");
}
