// libFuzzer's entry: any bytes as what a driver does.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <tests/virtio/any_driver.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!wirewrap::test::holds_for_any_driver(std::as_bytes(std::span(data, size)))) std::abort();
    return 0;
}
