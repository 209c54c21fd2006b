// What the fuzzer found worth keeping.
#include <filesystem>

#include <catch2/catch.hpp>

#include <tests/support/running_qemu.hpp>
#include <tests/vhost/any_answers.hpp>

using namespace wirewrap::test;

TEST_CASE("the corpus holds") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator("tests/vhost/corpus")) {
        INFO(entry.path());
        CHECK(holds_for_any_answers(content_of(entry.path())));
        ++files;
    }
    CHECK(files >= 20);
}
