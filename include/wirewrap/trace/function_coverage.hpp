// Which functions of a firmware were executed, by the symbol table of its ELF file: for firmware without a line table, as
// distributions ship it. A tracefile of lcov about a listing of the functions, which `genhtml` makes a page of.
//
//     trace::FunctionCoverage coverage;
//     if (const auto added = coverage.add(executed, {.file = "uboot.elf"}); !added) …
//     listing << coverage.listing();                // functions.txt: "0x80214642     30 flush", a line each
//     file << coverage.lcov("functions.txt");       // genhtml functions.info
//
// A function was executed as often as its first instruction. Names are those of `.symtab`, or where that was stripped of
// `.dynsym`, which has what others may call.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <elfutils/libdwfl.h>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/trace/executed_code.hpp>
#include <wirewrap/trace/symbols.hpp>

namespace wirewrap::trace {

struct CountedFunction {
    std::string name{};  // unique in its file: the second `init` is init@0x80001234; that of a second file is
                         // init@17 to lcov, by its line in the listing
    std::uint64_t address = 0;  // where it was linked
    std::uint64_t size = 0;     // in bytes; 0: the file does not say
    std::uint32_t count = 0;
};

class FunctionCoverage {
public:
    struct Total {
        std::size_t functions = 0;
        std::size_t executed = 0;  // of them
    };

    /// Adds the functions of one file. Those that are there already, of code that was moved, have the sum of the counts.
    Expected<void> add(const ExecutedCode& executed, const Symbols& symbols) {
        std::map<std::uint64_t, std::map<std::string, std::uint64_t>> found;  // sizes by name and address
        if (!read(symbols.file, found))
            return fail(std::string_view(symbols.file),
                        " is no ELF file with a symbol table that could be read");
        if (found.empty())
            return fail(std::string_view(symbols.file),
                        " names no functions; give the file from before it was stripped");
        auto& functions = files_[symbols.file];
        if (functions.empty()) functions = listed(found);
        for (CountedFunction& each : functions) {
            const std::uint64_t sum = std::uint64_t{each.count} +
                                      executed.count(each.address + symbols.offset);
            each.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, 0xffff'ffff));
        }
        return {};
    }

    Total total() const {
        Total total;
        for (const auto& [file, functions] : files_) {
            total.functions += functions.size();
            total.executed += executed_of(functions);
        }
        return total;
    }
    /// By file, ascending by address.
    const std::map<std::string, std::vector<CountedFunction>>& files() const { return files_; }

    /// A line for each function, file after file.
    std::string listing() const {
        std::string text;
        for (const auto& [file, functions] : files_)
            for (const CountedFunction& each : functions) {
                const std::string size = std::to_string(each.size);
                text += sentence(GuestAddress{each.address}, " ").view();
                text.append(size.size() < 6 ? 6 - size.size() : 0, ' ');
                text += size + " " + each.name + "\n";
            }
        return text;
    }
    /// The text of a tracefile, as lcov's manual geninfo(1) has it, about the listing at this path.
    std::string lcov(std::string_view path) const {
        const Total all = total();
        std::string text = "TN:\nSF:" + std::string(path) + "\n", counts, lines;
        std::set<std::string> names;  // lcov takes functions of one name for one, also those of several files
        std::size_t line = 0;
        for (const auto& [file, functions] : files_)
            for (const CountedFunction& each : functions) {
                const std::string number = std::to_string(++line), count = std::to_string(each.count);
                std::string name = each.name;
                while (!names.insert(name).second) name += "@" + number;
                text += "FN:" + number + "," + name + "\n";
                counts += "FNDA:" + count + "," + name + "\n";
                lines += "DA:" + number + "," + count + "\n";
            }
        const std::string there = std::to_string(all.functions), executed = std::to_string(all.executed);
        return text + counts + "FNF:" + there + "\nFNH:" + executed + "\n" + lines + "LF:" + there +
               "\nLH:" + executed + "\nend_of_record\n";
    }

private:
    struct End {
        void operator()(Dwfl* dwfl) const { ::dwfl_end(dwfl); }
    };
    using Found = std::map<std::uint64_t, std::map<std::string, std::uint64_t>>;

    static bool read(const std::string& file, Found& found) {
        static char no_path[] = "";
        static char* no_search = no_path;
        static const Dwfl_Callbacks callbacks{.find_elf = ::dwfl_build_id_find_elf,
                                              .find_debuginfo = no_debuginfo,
                                              .section_address = ::dwfl_offline_section_address,
                                              .debuginfo_path = &no_search};
        const std::unique_ptr<Dwfl, End> dwfl(::dwfl_begin(&callbacks));
        if (!dwfl) return false;
        Dwfl_Module* const module = ::dwfl_report_offline(dwfl.get(), "", file.c_str(), -1);
        if (module == nullptr || ::dwfl_report_end(dwfl.get(), nullptr, nullptr) != 0) return false;
        const int count = ::dwfl_module_getsymtab(module);
        for (int i = 0; i < count; ++i) {
            GElf_Sym symbol{};
            GElf_Addr moved = 0;
            const char* const name = ::dwfl_module_getsym_info(module, i, &symbol, &moved, nullptr, nullptr,
                                                               nullptr);
            if (name != nullptr && *name != '\0' && GELF_ST_TYPE(symbol.st_info) == STT_FUNC &&
                symbol.st_shndx != SHN_UNDEF)
                found[symbol.st_value][name] = symbol.st_size;
        }
        return count >= 0;
    }
    /// Only what the file itself says.
    static int no_debuginfo(Dwfl_Module*, void**, const char*, Dwarf_Addr, const char*, const char*,
                            GElf_Word, char**) {
        return -1;
    }

    static std::vector<CountedFunction> listed(const Found& found) {
        std::map<std::string, int> seen;
        std::vector<CountedFunction> functions;
        for (const auto& [address, names] : found)
            for (const auto& [name, size] : names) {
                const bool first = seen[name]++ == 0;
                functions.push_back(
                    {first ? name : name + "@" + sentence(GuestAddress{address}).string(), address, size, 0});
            }
        return functions;
    }
    static std::size_t executed_of(const std::vector<CountedFunction>& functions) {
        return static_cast<std::size_t>(
            std::ranges::count_if(functions, [](const CountedFunction& each) { return each.count != 0; }));
    }

    std::map<std::string, std::vector<CountedFunction>> files_{};
};

}  // namespace wirewrap::trace
