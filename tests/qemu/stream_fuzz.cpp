// libFuzzer's entry: any bytes as a stream.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <tests/qemu/any_stream.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!wirewrap::test::holds_for_any_stream(std::as_bytes(std::span(data, size)))) std::abort();
    return 0;
}
