// Holds QEMU's memory options, on every board, to what was measured of QEMU: the verdict on a command line, the sizes, each
// backend's attributes, the RAM blocks, and the files that are there afterwards. Everything is really allocated, through
// what `wirewrap config` calls.
//
//     tools/bazel run //tests:options_oracle                            the measurements of this repository
//     tools/bazel run //tests:options_oracle -- --qemu 7.2 --oracle FILE     others of the same form, of that release
//     tools/bazel run //tests:options_oracle -- --only numa --verbose   some cases, and all that agrees
//
// What is deliberately unlike QEMU is listed in tests/data/option_deviations.json, with reasons. Anything else that is
// unlike, and anything listed that is not, makes the exit status 1; a file that cannot be used makes it 2.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <wirewrap/hostmem/host.hpp>

#include "examples/wirewrap/config.hpp"

#include <tests/oracle/options/case.hpp>
#include <tests/oracle/options/scratch.hpp>

namespace {

using namespace oracle;
using command::ConfigAnswer;
using wirewrap::Expected;

/// `bazel run` starts programs in a directory of its own, and says where it was called.
std::string from_caller(const std::string& path) {
    const char* const caller = std::getenv("BUILD_WORKING_DIRECTORY");
    return caller == nullptr ? path : (std::filesystem::path(caller) / path).string();
}

struct Outcome {
    Expected<ConfigAnswer> answer;
    std::map<std::string, std::uint64_t> files;  // created, resized or removed (0)
};

Outcome attempt(const OptionCase& one, wirewrap::QemuRelease release) {
    const Scratch scratch;
    const auto before = scratch.files();
    const std::vector<std::string_view> options(one.argv.begin(), one.argv.end());
    Outcome outcome{.answer =
                        [&] {
                            const Unprivileged user(one.unprivileged);
                            return command::try_configuration(one.board(), options, release);
                        }(),
                    .files = {}};
    const auto after = scratch.files();
    for (const auto& [name, size] : after)
        if (!before.contains(name) || before.at(name) != size) outcome.files[name] = size;
    for (const auto& [name, size] : before)
        if (!after.contains(name)) outcome.files[name] = 0;
    return outcome;
}

std::map<std::string, MemdevRecord> records_of(const ConfigAnswer& answer) {
    std::map<std::string, MemdevRecord> records;
    for (const wirewrap::config::Memdev& memdev : answer.memdev) {
        std::vector<unsigned> nodes;
        for (unsigned node = 0; node != wirewrap::hostmem::NodeSet::limit; ++node)
            if (memdev.common.policy.nodes.contains(node)) nodes.push_back(node);
        records[memdev.id] = {memdev.size.count,
                              memdev.common.merge,
                              memdev.common.dump,
                              memdev.common.prealloc,
                              memdev.share,
                              memdev.common.reserve,
                              std::string(name(memdev.common.policy.mode)),
                              nodes};
    }
    return records;
}

std::vector<std::pair<std::string, std::uint64_t>> blocks_of(const ConfigAnswer& answer) {
    std::vector<std::pair<std::string, std::uint64_t>> blocks;
    for (const auto& [id, size] : answer.ram_blocks) blocks.emplace_back(id, size.count);
    std::ranges::sort(blocks);
    return blocks;
}

/// Names of the fields in which a case came out differently.
std::vector<std::string_view> differences(const OptionCase& one, const Outcome& outcome) {
    if (one.ok != outcome.answer.has_value()) return {"verdict"};
    if (!one.ok)
        return outcome.files.empty() ? std::vector<std::string_view>{}
                                     : std::vector<std::string_view>{"files"};
    const ConfigAnswer& answer = *outcome.answer;
    std::vector<std::string_view> fields;
    if (one.ram_size != answer.ram_size.count) fields.push_back("ram_size");
    if (one.plugged_size != answer.plugged_size.count) fields.push_back("plugged_size");
    if (one.memdev != records_of(answer)) fields.push_back("memdev");
    if (one.ram_blocks != blocks_of(answer)) fields.push_back("ram_blocks");
    if (one.files != outcome.files) fields.push_back("files");
    return fields;
}

struct Report {
    std::size_t agree = 0, deviate = 0, host = 0, disagree = 0;
    std::vector<std::size_t> uses;
};

struct Question {
    wirewrap::QemuRelease release;
    std::span<const OptionDeviation> deviations;
    bool verbose = false;
};

void judge(const OptionCase& one, const Question& question, Report& report) {
    const auto& deviations = question.deviations;
    const Outcome outcome = attempt(one, question.release);
    const std::string refusal = outcome.answer ? "" : outcome.answer.error().message;
    bool deviates = false;
    for (const std::string_view field : differences(one, outcome)) {
        const auto covering = std::ranges::find_if(deviations, [&](const OptionDeviation& deviation) {
            return deviation.releases.contain(question.release) && deviation.covers(one, field, refusal);
        });
        if (covering != deviations.end()) {
            ++report.uses[static_cast<std::size_t>(covering - deviations.begin())];
            deviates = true;
            continue;
        }
        if (one.host_dependent && field == "verdict") {
            ++report.host;
            fmt::print("other host: {}\n  here: {}\n", one.text(), refusal.empty() ? "accepted" : refusal);
            return;
        }
        ++report.disagree;
        fmt::print("DISAGREES in {}: {}\n  QEMU: {}\n  here: {}\n", field, one.text(),
                   one.ok ? "accepted" : one.error, refusal.empty() ? "accepted" : refusal);
        return;
    }
    ++(deviates ? report.deviate : report.agree);
    if (question.verbose)
        fmt::print("{}: {}\n  {}\n", deviates ? "deviates" : "agrees", one.text(),
                   refusal.empty() ? "accepted" : refusal);
}

/// Prints what came of the cases.
Report compare(std::span<const OptionCase> cases, const Question& question, const std::string& only) {
    const auto& deviations = question.deviations;
    Report report{.uses = std::vector<std::size_t>(deviations.size())};
    for (const OptionCase& one : cases)
        if (one.text().find(only) != std::string::npos) judge(one, question, report);

    fmt::print("\nDeliberate deviations:\n");
    for (std::size_t i = 0; i != deviations.size(); ++i)
        if (report.uses[i] != 0)
            fmt::print("{:6} {}: {}\n", report.uses[i], deviations[i].fields.front(), deviations[i].reason);
    fmt::print("\n{} cases: {} agree, {} deviate deliberately, {} depend on the host, {} disagree\n",
               report.agree + report.deviate + report.host + report.disagree, report.agree, report.deviate,
               report.host, report.disagree);
    return report;
}

}  // namespace

int main(int argc, char** argv) {
    std::string release, measurements, list, only;
    bool verbose = false;
    CLI::App app("Holds QEMU's memory options to what was measured of QEMU.");
    app.add_option("--qemu", release,
                   "release that was measured; without it the newest, or all of this repository")
        ->check(CLI::IsMember({"7.2", "11.1"}));
    app.add_option("--oracle", measurements, "file of measurements");
    app.add_option("--deviations", list, "file of deliberate deviations");
    app.add_option("--only", only, "only command lines that contain this text");
    app.add_flag("--verbose", verbose, "print what agrees, too");
    CLI11_PARSE(app, argc, argv);

    const auto deviations = read_option_deviations(list.empty() ? "tests/data/option_deviations.json"
                                                                : from_caller(list));
    if (!deviations) {
        fmt::print(stderr, "options_oracle: {}\n", deviations.error().message);
        return 2;
    }
    int status = 0;
    std::vector<std::size_t> uses(deviations->size());
    for (const wirewrap::QemuRelease measured : wirewrap::measured_qemu) {
        const std::string number = fmt::format("{}.{}", measured.number, measured.minor_number);
        if (release.empty() ? !measurements.empty() && measured != wirewrap::newest_qemu : release != number)
            continue;
        const auto cases = read_option_cases(measurements.empty()
                                                 ? fmt::format("tests/data/qemu-{}-options.json", number)
                                                 : from_caller(measurements));
        if (!cases) {
            fmt::print(stderr, "options_oracle: {}\n", cases.error().message);
            return 2;
        }
        fmt::print("QEMU {}\n", number);
        const Report report = compare(*cases, {measured, *deviations, verbose}, only);
        if (report.disagree != 0) status = 1;
        std::ranges::transform(uses, report.uses, uses.begin(), std::plus());
    }
    // A part of the measurements need not come by all deviations.
    if (release.empty() && measurements.empty() && only.empty()) {
        const auto nodes = wirewrap::hostmem::host::nodes_with_memory();  // none where there is no /sys
        const bool one_node = nodes && nodes->size() == 1;
        for (std::size_t i = 0; i != deviations->size(); ++i) {
            const OptionDeviation& one = (*deviations)[i];
            if (uses[i] != 0 || one.live) continue;
            const bool excused = one.nodes && !one_node;
            if (!excused) status = 1;
            fmt::print("{} {}: {}\n",
                       excused ? "not met, as this host does not say that it has one node:" : "UNUSED",
                       one.fields.front(), one.reason);
        }
    }
    return status;
}
