// Boards beside measurements of QEMU: what agrees, what is deliberately unlike, what is wrong.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <wirewrap/board/description.hpp>

#include <tests/oracle/deviation.hpp>
#include <tests/oracle/record.hpp>

namespace oracle {

struct Count {
    std::size_t agree = 0;
    std::size_t deviate = 0;
    std::size_t disagree = 0;
};

struct Report {
    std::size_t records = 0;
    std::size_t probes = 0;
    std::array<Count, field_count> fields{};
    std::vector<std::size_t> uses{};           // of each deviation
    std::vector<std::string> agreements{};     // a sentence for each board
    std::vector<std::string> disagreements{};  // a sentence each, unused deviations among them
    std::vector<std::string> unmeasured{};     // boards of the release that the file does not have
    Count visible{};  // windows after overlays: counted, and not held against anybody
    std::vector<std::string> visible_elsewhere{};

    bool passed() const { return disagreements.empty(); }
};

struct Scope {
    wirewrap::QemuRelease release =
        wirewrap::newest_qemu;   // what was measured; boards that it has not are left out
    std::string_view only = "";  // records whose board's name contains this text
    bool all_needed = true;      // a deviation of these boards that nothing needs is a disagreement
};
Report compare(std::span<const Record> records, std::span<const wirewrap::BoardDescription> boards,
               std::span<const Deviation> deviations, const Scope& scope = {});

}  // namespace oracle
