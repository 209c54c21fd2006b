// The parser under AFL++, with any compiler:
//
//     tools/bazel build //examples/fuzzing:with_afl //examples/fuzzing:parser.elf
//     afl-fuzz -i SEEDS -o FOUND -t 500 -G 4096 -- bazel-bin/examples/fuzzing/with_afl bazel-bin/examples/fuzzing/parser.elf
//
// By hand it runs the cases in files: with_afl parser.elf FOUND/default/crashes/id*
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "examples/fuzzing/parser_target.hpp"

using namespace wirewrap;

static int failed(const Error& error) {
    std::fprintf(stderr, "with_afl: %s\n", error.message.c_str());
    return 1;
}

static int fuzz_for(fuzz::Afl& afl, const std::string& elf) {
    const auto parser = fuzzing::Parser::load(elf, afl.counters());
    if (!parser) return failed(parser.error());
    while (const auto input = afl.next()) {
        const auto outcome = (*parser)->run(*input);
        afl.report(outcome ? *outcome : fuzz::Outcome{});  // what is too long says nothing
    }
    return 0;
}

/// As many crashes and hangs as there are.
static int replay(const std::string& elf, std::span<char*> files) {
    std::array<std::uint8_t, 65536> counters{};
    const auto parser = fuzzing::Parser::load(elf, counters);
    if (!parser) return failed(parser.error());
    int bad = 0;
    for (const char* file : files) {
        const auto image = read_file(file);
        if (!image) return failed(image.error());
        const auto outcome = (*parser)->run(image->bytes());
        if (!outcome) return failed(outcome.error());
        std::printf("%s: %s\n", file, outcome->passed() ? "passed" : outcome->what.c_str());
        bad += outcome->passed() ? 0 : 1;
    }
    return bad;
}

int main(int argc, char** argv) {
    if (argc < 2) return failed({"give it parser.elf, and files with cases unless afl-fuzz has started it"});
    auto afl = fuzz::Afl::connect();
    if (!afl) return failed(afl.error());
    if (*afl) return fuzz_for(**afl, argv[1]);
    return replay(argv[1], std::span(argv, static_cast<std::size_t>(argc)).subspan(2));
}
