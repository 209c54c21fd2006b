// The subcommands: what each is asked, and the function that does it and gives the exit status.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/board/releases.hpp>
#include <wirewrap/console/serial_option.hpp>
#include <wirewrap/debug/server.hpp>

namespace command {

struct BoardsRequest {
    std::string text{};  // only boards that mention it
    std::string arch{};  // only boards of targets that begin with it
    wirewrap::QemuRelease release = wirewrap::newest_qemu;
    bool versions = false;  // each version of a family on a line of its own
    bool json = false;
    bool markdown = false;              // the page docs/boards.md
    std::optional<std::string> html{};  // a page about all boards, for a browser
};
wirewrap::Expected<int> list_boards(const BoardsRequest& request);

struct MapRequest {
    std::string board;
    wirewrap::QemuRelease release = wirewrap::newest_qemu;
    std::optional<std::string> memory{};  // as after -m
    bool json = false;
    std::optional<std::string> svg{};   // a file to draw the map to
    std::optional<std::string> html{};  // a page about the board
};
wirewrap::Expected<int> show_map(const MapRequest& request);

/// Files about a board, each where it is wanted; - is standard output.
struct WriteRequest {
    std::string board;
    wirewrap::QemuRelease release = wirewrap::newest_qemu;
    std::optional<std::string> memory{};
    std::optional<std::string> linker_script{}, c_header{}, svd{}, gdb_map{}, tree{}, qemu_command{};
};
wirewrap::Expected<int> write_files(const WriteRequest& request);

struct CheckRequest {
    std::string board;
    wirewrap::QemuRelease release = wirewrap::newest_qemu;
    std::optional<std::string> memory{};
    bool json = false;
    bool batch = false;  // lines of BOARD BYTES on standard input
};
wirewrap::Expected<int> check(const CheckRequest& request);

struct ConfigRequest {
    std::string board;
    wirewrap::QemuRelease release = wirewrap::newest_qemu;
    std::vector<std::string> options{};  // as they were written
    bool json = false;
};
wirewrap::Expected<int> config(const ConfigRequest& request);

/// Takes `BOARD OPTIONS… [--json] [--qemu RELEASE]` apart; a `--json` that is an option's value stays one.
wirewrap::Expected<ConfigRequest> read_config_request(std::span<const std::string_view> words);

/// `-device loader`: an image or a number to put into memory, or where the hart begins.
struct LoaderRequest {
    std::optional<std::string> file{};
    std::vector<std::byte> data{};  // instead of a file
    std::uint64_t address = 0;      // of a raw image
    bool raw = false;               // also when it is an ELF executable
    bool starts = false;            // the hart begins there
};

/// A disk image, as `-drive` says it.
struct DriveRequest {
    std::string file{};
    std::string id{};
    bool has_device = false;  // if=virtio
    bool read_only = false;
    bool snapshot = false;
};

/// The board's slots for virtio devices.
inline constexpr std::size_t virtio_slots = 8;

struct VirtioRequest {
    enum class Kind : std::uint8_t { block, entropy, network } kind = Kind::block;
    std::string drive{};                                   // the id of its drive
    std::string serial{};                                  // a disk's number
    std::optional<std::size_t> slot{};                     // without it the last that is free
    std::size_t number = 0;                                // of its drive, when that is known
    std::string network{};                                 // the id of its -netdev
    std::optional<std::array<std::uint8_t, 6>> address{};  // of a network card
};

/// Where the frames of a network card go, as `-netdev` says it.
struct NetworkRequest {
    std::string id{};
    std::optional<int> socket{};  // a descriptor that was inherited
    std::string tap{};            // without it: the name of an interface
};

/// What is written of a run beside what the guest prints.
struct TraceRequest {
    bool in_asm = false, exec = false, interrupts = false;  // -d
    bool single = false;                                    // -singlestep
    std::vector<wirewrap::Interval> only{};                 // -dfilter
    std::optional<std::string> log{};                       // -D; without it, on standard error
    std::optional<std::string> spike_log{};                 // as riscv-isa-sim's -l
    std::optional<std::string> coverage{};                  // a tracefile for lcov
    std::optional<std::string> function_coverage{};         // the same of functions
    std::vector<std::string> symbols{};                     // ELF, or ELF@OFFSET
    std::optional<std::string> bus_log{}, bus_json{};       // who reads and writes what
    std::optional<std::string> bus_filter{};                // of that, what

    /// Something of it needs to see what harts execute.
    bool asked() const {
        return in_asm || exec || interrupts || spike_log || coverage || function_coverage || bus_log ||
               bus_json;
    }
};

struct RunRequest {
    std::string board = "riscv64/virt";
    wirewrap::QemuRelease release = wirewrap::newest_qemu;
    std::vector<std::string> ram_options{};  // QEMU's, as they were written
    std::optional<std::size_t>
        harts{};                        // that are there; where nothing is said, one or those of the snapshot
    std::optional<std::string> bios{};  // a file; "none", or "default"
    std::optional<std::string> kernel{};
    std::optional<std::string> append{};
    std::optional<std::string> initrd{};
    std::optional<std::string> tree{};                  // a device tree to use instead of the board's
    std::optional<std::string> dump_tree{};             // write the tree there, and run nothing
    std::array<std::optional<std::string>, 2> flash{};  // what the two flash banks hold
    std::vector<LoaderRequest> loaders{};
    std::vector<DriveRequest> drives{};
    std::vector<VirtioRequest> virtio{};
    std::vector<NetworkRequest> networks{};
    std::uint32_t virtio_version = 1;  // of virtio-mmio
    bool all_snapshot = false;         // no drive is written to
    std::optional<wirewrap::console::SerialPlace>
        serial{};                                      // standard input and output where nothing is said
    bool no_reboot = false;                            // a reset ends the run
    std::optional<std::string> restore{};              // a snapshot to go on from
    std::optional<std::string> save{};                 // a snapshot to write when the run is left
    std::optional<std::uint64_t> save_after{};         // leave after so many instructions
    bool interpret = false;                            // do not translate code that is executed often
    bool threads = false;                              // one for each hart
    std::optional<unsigned> shift{};                   // -icount: 2^shift nanoseconds an instruction
    bool host_wall_clock = false;                      // -rtc
    std::optional<wirewrap::debug::Place> debugger{};  // where one may come to
    bool halted = false;                               // the guest begins when a debugger says so
    TraceRequest trace{};
};
wirewrap::Expected<int> run(const RunRequest& request);

struct ProfileRequest {
    RunRequest run{};  // board, RAM, firmware and kernel
    std::string output{};
    std::optional<std::string> name{};            // of the variable that the header defines
    std::optional<std::uint64_t> instructions{};  // how many to run
};
wirewrap::Expected<int> profile(const ProfileRequest& request);

struct RamRequest {
    std::string file;
    std::optional<std::string> board{};  // whose memory it should be
    std::optional<wirewrap::QemuRelease>
        release{};                      // in which the board has that name; left out: the newest that has it
    std::optional<std::string> dump{};  // the block whose bytes to print
    std::string at = "0", size = "256";
    std::vector<std::string> skip_blocks{};    // of a stream: passed over although they may be RAM
    bool allow_missing_pages = false;          // of a stream: what never came counts as zeroes
    std::optional<std::string> qemu_stream{};  // of a snapshot: where to write its main RAM as a stream
};
wirewrap::Expected<int> ram(const RamRequest& request);

}  // namespace command
