// Which lines of a firmware's sources were executed, by the line table of its ELF file (DWARF, read by elfutils' libdw), as a
// tracefile of lcov, which `genhtml` makes pages of.
//
//     trace::LineCoverage coverage;
//     if (const auto added = coverage.add(executed, {.file = "firmware.elf"}); !added) …
//     file << coverage.lcov();                      // genhtml firmware.info
//
// A line was executed as often as the one of its instructions that was executed most. Code that was moved since it was linked,
// as U-Boot moves itself, is found with `.offset`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <unistd.h>

#include <wirewrap/base/error.hpp>
#include <wirewrap/trace/executed_code.hpp>
#include <wirewrap/trace/symbols.hpp>

namespace wirewrap::trace {

class LineCoverage {
public:
    struct Total {
        std::size_t lines = 0;     // that have code
        std::size_t executed = 0;  // of them
    };

    /// Adds the lines of one file. A line that there is already has the higher count.
    Expected<void> add(const ExecutedCode& executed, const Symbols& symbols) {
        const Descriptor file{::open(symbols.file.c_str(), O_RDONLY | O_CLOEXEC)};
        if (file.number < 0) return fail(std::string_view(symbols.file), " cannot be opened for reading");
        const std::unique_ptr<Dwarf, End> dwarf(::dwarf_begin(file.number, DWARF_C_READ));
        if (!dwarf) {
            const char* const why = ::dwarf_errmsg(-1);
            return fail(std::string_view(symbols.file), " has no DWARF that could be read",
                        why == nullptr ? "" : ": ", why == nullptr ? "" : why,
                        "; give an ELF file that was compiled with -g and not stripped");
        }
        bool any = false;
        Dwarf_Off unit = 0, next = 0;
        std::size_t header = 0;
        while (::dwarf_nextcu(dwarf.get(), unit, &next, &header, nullptr, nullptr, nullptr) == 0) {
            Dwarf_Die die;
            if (::dwarf_offdie(dwarf.get(), unit + header, &die) != nullptr)
                any = add_unit(executed, die, symbols.offset) || any;
            unit = next;
        }
        if (!any)
            return fail(std::string_view(symbols.file),
                        " has no lines of sources (DWARF); compile it with -g, and give the file from before "
                        "it was stripped");
        return {};
    }

    /// Of all files.
    Total total() const {
        Total total;
        for (const auto& [name, lines] : files_) {
            total.lines += lines.size();
            total.executed += executed_of(lines);
        }
        return total;
    }
    /// By the path of a source file, the count of each line that has code.
    const std::map<std::string, std::map<int, std::uint32_t>>& files() const { return files_; }

    /// The text of a tracefile, as lcov's manual geninfo(1) has it.
    std::string lcov() const {
        std::string text = "TN:\n";
        for (const auto& [name, lines] : files_) {
            text += "SF:" + name + "\n";
            for (const auto& [line, count] : lines)
                text += "DA:" + std::to_string(line) + "," + std::to_string(count) + "\n";
            text += "LF:" + std::to_string(lines.size()) + "\n";
            text += "LH:" + std::to_string(executed_of(lines)) + "\nend_of_record\n";
        }
        return text;
    }

private:
    struct Descriptor {
        int number;
        ~Descriptor() {
            if (number >= 0) ::close(number);
        }
    };
    struct End {
        void operator()(Dwarf* dwarf) const { ::dwarf_end(dwarf); }
    };
    using Lines = std::map<int, std::uint32_t>;

    static std::size_t executed_of(const Lines& lines) {
        return static_cast<std::size_t>(
            std::ranges::count_if(lines, [](const auto& line) { return line.second != 0; }));
    }

    /// Whether the unit has lines.
    bool add_unit(const ExecutedCode& executed, Dwarf_Die& die, std::uint64_t offset) {
        Dwarf_Lines* lines = nullptr;
        std::size_t count = 0;
        if (::dwarf_getsrclines(&die, &lines, &count) != 0) return false;
        // Where sources have relative names, they are relative to where the compiler ran.
        Dwarf_Attribute attribute;
        const char* const ran = ::dwarf_formstring(::dwarf_attr(&die, DW_AT_comp_dir, &attribute));
        const std::string folder = ran == nullptr || *ran == '\0' ? "" : std::string(ran) + "/";
        bool any = false;
        for (std::size_t i = 0; i + 1 < count; ++i) {
            Dwarf_Line* const line = ::dwarf_onesrcline(lines, i);
            bool ends = false;
            Dwarf_Addr first = 0, end = 0;
            int number = 0;
            const char* const source = ::dwarf_linesrc(line, nullptr, nullptr);
            if (::dwarf_lineendsequence(line, &ends) != 0 || ends || source == nullptr ||
                ::dwarf_lineno(line, &number) != 0 || number <= 0 || ::dwarf_lineaddr(line, &first) != 0 ||
                ::dwarf_lineaddr(::dwarf_onesrcline(lines, i + 1), &end) != 0)
                continue;
            // Where several lines begin at one instruction, it belongs to all of them.
            end = std::max(end, first + 2);
            std::uint32_t& most = files_[*source == '/' ? source : folder + source][number];
            most = std::max(most, executed.most(first + offset, end + offset));
            any = true;
        }
        return any;
    }

    std::map<std::string, Lines> files_{};
};

}  // namespace wirewrap::trace
