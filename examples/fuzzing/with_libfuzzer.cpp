// The parser under libFuzzer, which comes with clang:
//
//     tools/bazel build //examples/fuzzing:with_libfuzzer
//     PARSER_ELF=bazel-bin/examples/fuzzing/parser.elf \
//         bazel-bin/examples/fuzzing/with_libfuzzer.program -max_len=4096 -timeout=2 FOLDER
//
// libFuzzer reads edges beside its own from this section, so nothing of this program need be instrumented. A crash of the guest
// is an abort of this program; a hang of the guest lasts until libFuzzer's own time for a case is over.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <span>

#include <unistd.h>

#include "examples/fuzzing/parser_target.hpp"

[[gnu::section("__libfuzzer_extra_counters"),
  gnu::used]] alignas(64) static std::array<std::uint8_t, 4096> counters;

static std::unique_ptr<fuzzing::Parser> load() {
    const char* const elf = std::getenv("PARSER_ELF");
    auto parser = fuzzing::Parser::load(elf != nullptr ? elf : "examples/fuzzing/parser.elf", counters);
    if (parser) return std::move(*parser);
    std::fprintf(stderr, "%s\n", parser.error().message.c_str());
    std::exit(1);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::unique_ptr<fuzzing::Parser> parser = load();
    const auto outcome = parser->run(std::as_bytes(std::span(data, size)));
    if (!outcome) return -1;  // too long: not to be kept
    if (outcome->passed()) return 0;
    std::fprintf(stderr, "%s\n", outcome->what.c_str());
    if (outcome->crashed()) std::abort();
    for (;;) ::pause();
}
