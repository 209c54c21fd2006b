// libFuzzer's entry: any bytes as the answers of a back end and as what its device writes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <tests/vhost/any_answers.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!wirewrap::test::holds_for_any_answers(std::as_bytes(std::span(data, size)))) std::abort();
    return 0;
}
