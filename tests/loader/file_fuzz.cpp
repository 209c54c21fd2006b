// libFuzzer's entry: any bytes as a kernel's file.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <tests/loader/any_file.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!wirewrap::test::holds_for_any_file(std::as_bytes(std::span(data, size)))) std::abort();
    return 0;
}
