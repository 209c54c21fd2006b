// libFuzzer's entry: any bytes as page tables and accesses.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include <tests/cpu/riscv/any_page_table.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (!wirewrap::test::holds_for_any_page_table(std::as_bytes(std::span(data, size)))) std::abort();
    return 0;
}
