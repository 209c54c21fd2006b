// For libFuzzer: tools/bazel build --config=clang //tests/state:reader_fuzz, then run it with a folder of files; snapshots of
// riscv64/virt with 64 KiB of RAM are a good beginning (`reader_fuzz_test` leaves some in TEST_TMPDIR).
#include "tests/state/reader_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wirewrap::test::read_anything(std::as_bytes(std::span(data, size)));
    return 0;
}
