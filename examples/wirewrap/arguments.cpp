#include "examples/wirewrap/arguments.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/run_options.hpp"
#include "examples/wirewrap/spelling.hpp"

namespace command {

using wirewrap::Expected;
using wirewrap::fail;

namespace {

constexpr std::string_view version = "wirewrap 0.1.0\n";
constexpr std::array<std::string_view, 8> subcommands{"boards", "map", "write",   "check",
                                                      "config", "run", "profile", "ram"};
/// Options with a value. Their values may begin with a dash, so they are taken before CLI11 sees them.
constexpr std::array<std::string_view, 26> with_value{
    "-m",         "--bios",       "--kernel",       "--append",     "--svg",         "--arch", "--save",
    "--restore",  "--save-after", "--board",        "--skip-block", "--dump",        "--at",   "--size",
    "--output",   "--name",       "--instructions", "--qemu",       "--qemu-stream", "--html", "--ld",
    "--c-header", "--svd",        "--gdb-map",      "--dtb",        "--qemu-command"};

template <class List>
bool contains(const List& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

/// `-kernel` as QEMU writes it, `--kernel` as CLI11 wants it.
std::string long_form(std::string_view word) {
    if (word.starts_with('-') && !word.starts_with("--") && word.size() > 2) {
        const std::string with_two = "-" + std::string(word);
        const std::string_view option = std::string_view(with_two).substr(0, with_two.find('='));
        if (contains(with_value, option)) return with_two;
    }
    return std::string(word);
}

/// The first word is a subcommand; `run` is put where none is.
Expected<std::vector<std::string>> with_subcommand(std::span<const std::string_view> words) {
    constexpr std::array<std::string_view, 4> of_the_program{"-h", "--help", "-V", "--version"};
    std::vector<std::string> result;
    const std::string_view first = words.empty() ? std::string_view{} : words.front();
    if (words.empty() || (first.starts_with('-') && !contains(of_the_program, first)))
        result.push_back("run");
    else if (!first.starts_with('-') && !contains(subcommands, first)) {
        if (find_board(first))
            return fail(first, " is a board, not a command; write `wirewrap run ", first, "`");
        const auto near = nearest(first, subcommands);
        if (near.empty())
            return fail("there is no command ", in_quotes(first), "; `wirewrap --help` lists them");
        return fail("there is no command ", in_quotes(first), "; did you mean ", spelled(near), "?");
    }
    for (const std::string_view word : words) result.push_back(long_form(word));
    return result;
}

/// `--option value` as `--option=value`, which CLI11 does not take apart.
Expected<std::vector<std::string>> with_bound_values(const std::vector<std::string>& words) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i != words.size(); ++i) {
        if (!contains(with_value, words[i])) {
            result.push_back(words[i]);
            continue;
        }
        const std::string option = words[i];
        if (i + 1 == words.size()) return fail(option, " needs a value after it; see `wirewrap --help`");
        const std::string& value = words[++i];
        // CLI11 knows no empty values. Nothing to append is nothing asked for.
        if (value.empty() && option == "--append") continue;
        if (value.empty())
            return fail(option, " has an empty value; give it a ",
                        option == "-m"                                   ? "size, such as 512M"
                        : option == "--arch"                             ? "target, such as aarch64"
                        : option == "--board"                            ? "board, such as riscv64/virt"
                        : option == "--qemu"                             ? "release, such as 7.2"
                        : option == "--dump" || option == "--skip-block" ? "block, such as pc.ram"
                        : option == "--at" || option == "--size"         ? "number of bytes, such as 0x1000"
                        : option == "--name"                             ? "variable, such as u_boot"
                        : option == "--instructions"                     ? "number of them"
                        : option == "--save-after"                       ? "number of instructions"
                                                                         : "file");
        result.push_back((option == "-m" ? "--memory" : option) + "=" + value);
    }
    return result;
}

bool asks_for_help(std::span<const std::string_view> words) {
    constexpr std::array<std::string_view, 3> help{"-h", "-help", "--help"};
    return !words.empty() && contains(help, words.back());
}

class Parser {
public:
    Parser() {
        app_.name("wirewrap");
        app_.require_subcommand(1);
        app_.set_version_flag("-V,--version", std::string(version.substr(0, version.size() - 1)));
        app_.set_help_flag("-h,--help", "Print this help");
        app_.footer(
            "Without a command, `run`. Long options may begin with one dash, as in QEMU: -kernel FILE.\n"
            "`wirewrap COMMAND --help` has the options of a command.");

        boards_->add_option("TEXT", boards_request_.text,
                            "Only boards with this in their name, alias or RAM id");
        boards_
            ->add_option("--arch", boards_request_.arch,
                         "Only boards of this target: aarch64, or riscv for both")
            ->type_name("TARGET");
        add_release(*boards_);
        boards_->add_flag("--versions", boards_request_.versions, "Each version on a line of its own");
        boards_->add_flag("--json", boards_request_.json, "Print JSON");
        boards_->add_flag("--markdown", boards_request_.markdown,
                          "Print a page about all boards of all releases");
        boards_->add_option("--html", boards_request_.html, "Write such a page, for a browser, to this file")
            ->type_name("FILE");

        map_->add_option("BOARD", map_request_.board, "Such as riscv64/virt, or virt")->required();
        add_memory(*map_, map_request_.memory);
        add_release(*map_);
        map_->add_flag("--json", map_request_.json, "Print JSON");
        map_->add_option("--svg", map_request_.svg, "Draw the map to this file")->type_name("FILE");

        map_->add_option("--html", map_request_.html, "Write a page about the board to this file")
            ->type_name("FILE");
        add_write_command();

        CLI::Option* const board = check_->add_option("BOARD", check_request_.board,
                                                      "Such as riscv64/virt, or virt");
        add_memory(*check_, check_request_.memory);
        add_release(*check_);
        check_->add_flag("--json", check_request_.json, "Print JSON");
        check_
            ->add_flag(
                "--batch", check_request_.batch,
                "Answer lines `BOARD BYTES` of standard input, each with a line of JSON; BYTES is decimal, "
                "0 the default")
            ->excludes(board);

        config_->add_option("BOARD", "Such as x86_64/pc, or q35");
        config_->add_option("OPTIONS",
                            "As QEMU's: -m, -object memory-backend-*, -machine, -numa, -smp, -mem-path, "
                            "-mem-prealloc, -device pc-dimm");
        add_release(*config_);
        config_->add_flag("--json", config_request_.json, "Print JSON, with what QEMU's query-memdev says");

        run_->add_option("BOARD", run_request_.board, "Such as riscv64/virt, or virt")->capture_default_str();
        add_memory(*run_, memory_);
        add_release(*run_);
        // For its help, and for what is written as --object=VALUE.
        run_->add_option("--object", objects_,
                         "memory-backend-ram, -file, -memfd or -shm, with id=ID,size=SIZE and the properties "
                         "that QEMU gives it")
            ->type_name("BACKEND")
            ->allow_extra_args(false);
        run_->add_option("--machine", machines_, "memory-backend=ID makes that backend main RAM")
            ->type_name("PROPERTIES")
            ->allow_extra_args(false);
        run_->add_option("--numa", nodes_,
                         "node,memdev=ID: main RAM of several backends, which to the guest is one")
            ->type_name("NODE")
            ->allow_extra_args(false);
        run_->add_option("--mem-path", mem_paths_,
                         "A file, or a directory such as /dev/hugepages, for main RAM")
            ->type_name("PATH")
            ->allow_extra_args(false);
        run_->add_flag("--mem-prealloc", prealloc_, "Take every page of RAM before the guest starts");
        run_->add_option("--bios", run_request_.bios,
                         "Firmware, ELF or raw, or `none`; without it Debian's OpenSBI")
            ->type_name("FILE");
        run_->add_option(
                "--kernel", run_request_.kernel,
                "What the firmware starts, ELF or raw; without it, and without --bios, Debian's U-Boot")
            ->type_name("FILE");
        run_->add_option("--append", run_request_.append, "The command line of a kernel")->type_name("TEXT");
        run_->add_flag("--interpret", run_request_.interpret,
                       "Translate no code into the host's; what the guest computes is the same");
        TraceRequest& trace = run_request_.trace;
        run_->add_option("--spike-log", trace.spike_log,
                         "Write each instruction as riscv-isa-sim logs it with -l")
            ->type_name("FILE");
        run_->add_option("--coverage", trace.coverage,
                         "Write which lines of sources were executed, as lcov's tracefile for genhtml")
            ->type_name("FILE");
        run_->add_option(
                "--function-coverage", trace.function_coverage,
                "Write which functions were executed, by symbol tables, and to FILE.txt a listing of "
                "them, for genhtml")
            ->type_name("FILE");
        run_->add_option("--symbols", trace.symbols,
                         "The ELF file with the lines (DWARF) or functions, again for others, OFFSET higher "
                         "in memory than "
                         "it says; without it what --kernel or --bios gives")
            ->type_name("ELF[@OFFSET]")
            ->expected(1)
            ->take_all();
        run_->add_option("--bus-log", trace.bus_log,
                         "Write who reads and writes what on the bus, a line each")
            ->type_name("FILE");
        run_->add_option("--bus-json", trace.bus_json, "The same as a trace that Perfetto and Chrome open")
            ->type_name("FILE");
        run_->add_option("--bus-filter", trace.bus_filter,
                         "Of that only these: names of the map, ranges, width=BYTES, loads, stores, fetches")
            ->type_name("uart0,0x80000000+0x1000,width=4,stores");
        run_->add_option(
                "--restore", run_request_.restore,
                "Go on from this snapshot; its RAM size is that of the run, unless an option says it")
            ->type_name("FILE");
        CLI::Option* const save = run_->add_option(
                                          "--save", run_request_.save,
                                          "Save a snapshot when the run is left: by Ctrl-A x or SIGTERM")
                                      ->type_name("FILE");
        run_->add_option("--save-after", run_request_.save_after, "Leave and save after so many instructions")
            ->type_name("COUNT")
            ->needs(save);
        run_->footer(
            "Further options of QEMU are taken as docs/running.md lists them: -initrd, -dtb, -pflash, "
            "-drive if=pflash,\n"
            "-device loader, -serial, -no-reboot, -cpu rv64, -smp N, -accel tcg,thread=multi, -icount "
            "shift=N,\n"
            "-nographic, -d in_asm,exec and others.\n\n"
            "The terminal is the serial console: Ctrl-A x leaves, Ctrl-A h lists all such keys.\n"
            "A pipe on standard input is typed to the guest, and U-Boot does not count down then.\n"
            "The exit status is 0 when the guest powers off, "
            "and the guest's own when it reports failure.");
        add_profile_command();
        add_ram_command();
    }

    void add_write_command() {
        write_->add_option("BOARD", write_request_.board, "Such as riscv64/virt, or virt")->required();
        add_memory(*write_, write_request_.memory);
        add_release(*write_);
        const auto file = [&](const char* option, std::optional<std::string>& path, const char* what) {
            write_->add_option(option, path, what)->type_name("FILE");
        };
        file("--ld", write_request_.linker_script, "Memory and symbols for GNU ld");
        file("--c-header", write_request_.c_header, "Addresses and interrupts for C and assembly language");
        file("--svd", write_request_.svd, "Devices and their registers as CMSIS-SVD");
        file("--gdb-map", write_request_.gdb_map, "The memory map of GDB's remote protocol");
        file("--dtb", write_request_.tree, "The device tree");
        file("--qemu-command", write_request_.qemu_command, "The command line for the same machine in QEMU");
        write_->footer("FILE may be -, standard output.");
    }

    void add_profile_command() {
        RunRequest& run = profile_request_.run;
        profile_->add_option("BOARD", run.board, "Such as riscv64/virt, or virt")->capture_default_str();
        add_memory(*profile_, memory_);
        profile_->add_option("--bios", run.bios, "Firmware, ELF or raw; without it Debian's OpenSBI")
            ->type_name("FILE");
        profile_
            ->add_option("--kernel", run.kernel,
                         "What the firmware starts; without it, and without --bios, Debian's U-Boot")
            ->type_name("FILE");
        profile_->add_option("--append", run.append, "The command line of a kernel")->type_name("TEXT");
        profile_->add_option("-o,--output", profile_request_.output, "The header to write")
            ->type_name("FILE")
            ->required();
        profile_->add_option("--name", profile_request_.name, "What it defines; without it the file's name")
            ->type_name("NAME");
        profile_->add_option("--instructions", profile_request_.instructions, "Run so many, and no more")
            ->type_name("COUNT");
        profile_->footer(
            "Runs the firmware, counts, and writes where it spent its time. A hart whose last argument is\n"
            "riscv::Fused<NAME> runs that code as if it had been compiled for the host.");
    }

    void add_ram_command() {
        ram_->add_option("FILE", ram_request_.file,
                         "A snapshot, as `run --save` writes it, or a migration stream of QEMU")
            ->required();
        ram_->add_option("--board", ram_request_.board, "Fail unless it is memory of this board")
            ->type_name("BOARD");
        add_release(*ram_);
        CLI::Option* const dump =
            ram_->add_option("--dump", ram_request_.dump, "Print bytes of this block")->type_name("BLOCK");
        ram_->add_option("--at", ram_request_.at, "from this offset in it on, 0x for hexadecimal")
            ->type_name("BYTES")
            ->needs(dump)
            ->capture_default_str();
        ram_->add_option("--size", ram_request_.size, "so many")
            ->type_name("BYTES")
            ->needs(dump)
            ->capture_default_str();
        ram_->add_option("--skip-block", ram_request_.skip_blocks,
                         "Pass over this block of a stream, which the board has not; may be given again")
            ->type_name("BLOCK")
            ->allow_extra_args(false);
        ram_->add_flag("--allow-missing-pages", ram_request_.allow_missing_pages,
                       "Go on with a stream that leaves pages out; they count as zeroes");
        ram_->add_option("--qemu-stream", ram_request_.qemu_stream,
                         "Write main RAM of a snapshot to a stream that QEMU takes with -incoming")
            ->type_name("FILE")
            ->excludes(dump);
    }

    Expected<Request> parse(std::vector<std::string> words) {
        if (const auto whole = only_whole_words(words); !whole) return std::unexpected(whole.error());
        std::ranges::reverse(words);  // CLI11 takes them from the back
        try {
            app_.parse(words);
        } catch (const CLI::CallForHelp&) {
            return Information{app_.help()};
        } catch (const CLI::CallForVersion&) {
            return Information{std::string(version)};
        } catch (const CLI::ExtrasError&) {
            const std::vector<std::string> rest = app_.remaining(true);
            return fail(unexpected_word(rest.empty() ? "" : rest.front(), *parsed_command()));
        } catch (const CLI::ParseError& error) {
            return fail(error.what(), "; see `wirewrap ", called(), " --help`");
        }
        if (release_) {
            const auto release = read_release(*release_);
            if (!release) return std::unexpected(release.error());
            boards_request_.release = map_request_.release = check_request_.release = run_request_.release =
                *release;
            write_request_.release = *release;
            ram_request_.release = *release;
        }
        if (boards_->parsed()) return boards_request_;
        if (map_->parsed()) return map_request_;
        if (write_->parsed()) return write_request_;
        if (check_->parsed()) {
            if (!check_request_.batch && check_request_.board.empty())
                return fail("check needs a BOARD, or --batch to read them from standard input");
            return check_request_;
        }
        if (ram_->parsed()) return ram_request_;
        if (profile_->parsed()) {
            if (memory_) profile_request_.run.ram_options = {"-m", *memory_};
            return profile_request_;
        }
        return with_ram_options();
    }

    /// What was taken before the other options.
    void keep_for_run(RunRequest request) { run_request_ = std::move(request); }

private:
    static void add_memory(CLI::App& app, std::optional<std::string>& memory) {
        app.add_option("-m,--memory", memory,
                       "Main RAM: MiB, or with a unit B, K, M, G, T, P, E; 0 is the board's default")
            ->type_name("SIZE");
    }

    void add_release(CLI::App& app) {
        app.add_option("--qemu", release_,
                       "The release of QEMU whose boards are meant: 7.2, or 11.1, the default")
            ->type_name("RELEASE");
    }

    /// Those that CLI11 has seen follow.
    RunRequest with_ram_options() {
        auto& words = run_request_.ram_options;
        const auto add = [&](const char* option, const std::vector<std::string>& values) {
            for (const std::string& value : values) words.insert(words.end(), {option, value});
        };
        if (memory_) add("-m", {*memory_});
        add("-object", objects_);
        add("-machine", machines_);
        add("-numa", nodes_);
        add("-mem-path", mem_paths_);
        return run_request_;
    }

    const CLI::App* parsed_command() const {
        const auto parsed = app_.get_subcommands();
        return parsed.empty() ? &app_ : parsed.front();
    }
    std::string called() const { return parsed_command()->get_name(); }

    /// `-monitor` is a word, and not `-m onitor`, which CLI11 would make of it.
    Expected<void> only_whole_words(const std::vector<std::string>& words) const {
        constexpr std::array<std::string_view, 1> help{"-help"};
        const auto is_named = [&](const CLI::App* app) { return app->get_name() == words.front(); };
        const auto commands = app_.get_subcommands(is_named);
        const CLI::App& command = commands.empty() ? app_ : *commands.front();
        for (const std::string& word : words)
            if (word.size() > 2 && word.starts_with('-') && !word.starts_with("--") && !contains(help, word))
                return fail(unexpected_word(word, command));
        return {};
    }

    /// A sentence about a word that nothing took, with the options that come near.
    static std::string unexpected_word(const std::string& word, const CLI::App& command) {
        std::vector<std::string> known;
        for (const CLI::Option* option : command.get_options())
            for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
        const std::string with_two = word.starts_with("--") ? word : "-" + word;
        const auto near = word.starts_with('-') ? nearest(with_two.substr(0, with_two.find('=')), known)
                                                : std::vector<std::string_view>{};
        if (near.empty())
            return fmt::format("{} does not take {}; see `wirewrap {} --help`", command.get_name(),
                               in_quotes(word), command.get_name());
        return fmt::format("{} does not take {}; did you mean {}?", command.get_name(), in_quotes(word),
                           spelled(near).view());
    }

    CLI::App app_{
        "Boards as types: what they are made of, which RAM they take, and firmware running on them."};
    CLI::App* boards_ = app_.add_subcommand("boards",
                                            "List the boards: name, RAM id, default size in bytes, rule");
    CLI::App* map_ = app_.add_subcommand("map", "Show the memory map of a board");
    CLI::App* write_ = app_.add_subcommand("write", "Write files about a board for other tools");
    CLI::App* check_ = app_.add_subcommand("check",
                                           "Say whether a board takes an amount of RAM, and where it lies");
    CLI::App* config_ = app_.add_subcommand("config",
                                            "Allocate what QEMU's memory options ask for, and describe it");
    CLI::App* run_ = app_.add_subcommand("run", "Run firmware on a board");
    CLI::App* profile_ = app_.add_subcommand("profile",
                                             "Run firmware, and write its hot code as a C++ header");
    CLI::App* ram_ = app_.add_subcommand("ram",
                                         "List the memory that a snapshot holds, compare it, show its bytes");
    BoardsRequest boards_request_;
    MapRequest map_request_;
    WriteRequest write_request_;
    CheckRequest check_request_;
    ConfigRequest config_request_;  // for its help only
    RunRequest run_request_;
    ProfileRequest profile_request_;
    RamRequest ram_request_;
    std::optional<std::string> memory_, release_;
    std::vector<std::string> objects_, machines_, nodes_, mem_paths_;
    bool prealloc_ = false;
};

}  // namespace

Expected<Request> parse_arguments(std::span<const std::string_view> words) {
    // The options of `config` are QEMU's, in QEMU's grammar.
    if (!words.empty() && words.front() == "config" && !asks_for_help(words.subspan(1))) {
        auto request = read_config_request(words.subspan(1));
        if (!request) return std::unexpected(request.error());
        return std::move(*request);
    }
    const auto named = with_subcommand(words);
    if (!named) return std::unexpected(named.error());
    Parser parser;
    std::vector<std::string> rest = *named;
    if (rest.front() == "run") {
        std::vector<std::string_view> others(rest.begin(), rest.end());
        RunRequest request;
        if (const auto taken = take_run_options(others, request); !taken)
            return std::unexpected(taken.error());
        parser.keep_for_run(std::move(request));
        rest.assign(others.begin(), others.end());
    }
    const auto bound = with_bound_values(rest);
    if (!bound) return std::unexpected(bound.error());
    return parser.parse(*bound);
}

}  // namespace command
