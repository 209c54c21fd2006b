// For libFuzzer: tools/bazel run --config=clang //tests/debug:session_fuzz -- -max_total_time=600 FOLDER
#include "tests/debug/session_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    wirewrap::test::debug_anything({reinterpret_cast<const char*>(data), size});
    return 0;
}
