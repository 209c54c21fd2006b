// Holds every board to what was measured of QEMU: RAM id, default size, the verdict on each size, the RAM that
// there is then, and where it is wired.
//
//     tools/bazel run //tests:boards_oracle                                 the measurements of this repository
//     tools/bazel run //tests:boards_oracle -- --qemu 7.2 --oracle FILE     others of the same form, of that release
//     tools/bazel run //tests:boards_oracle -- --board s390x/ --verbose     some boards, and all that agrees
//
// What is deliberately unlike QEMU is listed in tests/data/board_deviations-7.2.json and -11.1.json, with reasons.
// Anything else that is unlike makes the exit status 1, and so does, for the measurements of this repository, anything
// listed that is not; an unusable file makes it 2.
#include <cstdlib>
#include <filesystem>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <boards/descriptions.hpp>

#include <tests/oracle/compare.hpp>

namespace {

/// Names are relative to where the command was given; `bazel run` leaves that folder.
std::string from_caller(const std::string& path) {
    const char* const folder = std::getenv("BUILD_WORKING_DIRECTORY");
    return folder == nullptr ? path : (std::filesystem::path(folder) / path).string();
}

void print(const oracle::Report& report, std::span<const oracle::Deviation> deviations, bool verbose) {
    if (verbose) {
        for (const std::string& line : report.agreements) fmt::print("agrees: {}\n", line);
        for (const std::string& line : report.visible_elsewhere) fmt::print("visible elsewhere: {}\n", line);
        for (const std::string& name : report.unmeasured) fmt::print("not measured: {}\n", name);
    }
    for (const std::string& line : report.disagreements) fmt::print("DISAGREES: {}\n", line);

    fmt::print("\n{} records, {} probes\n\n{:14}{:>10}{:>10}{:>10}\n", report.records, report.probes, "",
               "agree", "deviate", "disagree");
    for (std::size_t i = 0; i != oracle::field_count; ++i) {
        const oracle::Count& count = report.fields[i];
        fmt::print("{:14}{:10}{:10}{:10}\n", oracle::name_of(static_cast<oracle::Field>(i)), count.agree,
                   count.deviate, count.disagree);
    }
    fmt::print("\nVisible RAM, after overlays, is as measured in {} of {} probes (not required).\n",
               report.visible.agree, report.visible.agree + report.visible.disagree);
    if (!report.unmeasured.empty()) fmt::print("{} boards are not in the file.\n", report.unmeasured.size());

    fmt::print("\nDeliberate deviations, each stricter than QEMU:\n");
    for (std::size_t i = 0; i != deviations.size(); ++i)
        if (report.uses[i] != 0)
            fmt::print("{:6} {:12} {}{}: {}\n", report.uses[i], oracle::name_of(deviations[i].field),
                       deviations[i].boards.front(), deviations[i].boards.size() > 1 ? " …" : "",
                       deviations[i].reason);
    fmt::print("\n{}\n", report.passed() ? "All agree." : "There are disagreements.");
}

}  // namespace

int main(int argc, char** argv) {
    std::string release, measurements, list, only;
    bool verbose = false;
    CLI::App app("Holds every board to what was measured of QEMU.");
    app.add_option("--qemu", release,
                   "release that was measured; without it the newest, or all of this repository")
        ->check(CLI::IsMember({"7.2", "11.1"}));
    app.add_option("--oracle", measurements, "file of measurements");
    app.add_option("--deviations", list, "file of deliberate deviations");
    app.add_option("--board", only, "only boards whose name contains this text");
    app.add_flag("--verbose", verbose, "print what agrees, too");
    CLI11_PARSE(app, argc, argv);

    int status = 0;
    for (const wirewrap::QemuRelease measured : wirewrap::measured_qemu) {
        const std::string number = fmt::format("{}.{}", measured.number, measured.minor_number);
        if (release.empty() ? !measurements.empty() && measured != wirewrap::newest_qemu : release != number)
            continue;
        const auto records = oracle::read_records(measurements.empty()
                                                      ? fmt::format("tests/data/qemu-{}-boards.json", number)
                                                      : from_caller(measurements));
        const auto deviations = oracle::read_deviations(
            list.empty() ? fmt::format("tests/data/board_deviations-{}.json", number) : from_caller(list));
        for (const auto* error :
             {records ? nullptr : &records.error(), deviations ? nullptr : &deviations.error()})
            if (error != nullptr) {
                fmt::print(stderr, "boards_oracle: {}\n", error->message);
                return 2;
            }
        const oracle::Report report = oracle::compare(
            *records, wirewrap::boards::descriptions(), *deviations,
            {.release = measured, .only = only, .all_needed = measurements.empty()});
        fmt::print("QEMU {}\n", number);
        print(report, *deviations, verbose);
        if (!report.passed()) status = 1;
    }
    return status;
}
