// A machine of 1 GiB on memfd saved to a file and restored from it, beside writing the bytes that the file has; once with one
// page of RAM in use, once with 64 MiB.
//
// | row     | what is timed                                                                 |
// |---------|-------------------------------------------------------------------------------|
// | written | the file's bytes summed up and written to a new file, with fsync                |
// | read    | the file read into memory that is there, and summed up                          |
// | named   | the same beside a file that is there, put in its place, with fsync of the folder: |
// |         | what `save` promises                                                          |
// | save    | `state::save`                                                                 |
// | open    | `Snapshot::open`: read and checked from end to end                            |
// | restore | `state::restore` over memory in which as much is in use                       |
// | both    | `open` and `restore`                                                          |
//
// Prints ratios to the first row, of open, restore and both to the second: the median of pairs in alternation, with the least
// and the greatest.
//
//     snapshots.program [FOLDER [ROUNDS]]    where the files go, /dev/shm if left out; 11
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/state.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

template <class Bus>
using Rv64 = riscv::Hart<Bus>;
using Virt = Machine<boards::riscv::Virt, hostmem::Memfd>;

double seconds(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void must(bool done) {
    if (!done) std::abort();
}

void write_anew(const std::string& path, std::string_view bytes) {
    ::unlink(path.c_str());
    const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_EXCL, 0600);
    must(file >= 0);
    while (!bytes.empty()) {
        const ::ssize_t count = ::write(file, bytes.data(), bytes.size());
        must(count > 0);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    must(::fsync(file) == 0);
    ::close(file);
}

void read_all(const std::string& path, std::vector<char>& into) {
    const int file = ::open(path.c_str(), O_RDONLY);
    must(file >= 0);
    std::size_t done = 0;
    while (done != into.size()) {
        const ::ssize_t count = ::read(file, into.data() + done, into.size() - done);
        must(count > 0);
        done += static_cast<std::size_t>(count);
    }
    ::close(file);
}

void write_named(const std::string& folder, const std::string& path, std::string_view bytes) {
    const std::string beside = path + ".new";
    write_anew(beside, bytes);
    must(::rename(beside.c_str(), path.c_str()) == 0);
    const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY);
    must(directory >= 0 && ::fsync(directory) == 0);
    ::close(directory);
}

struct Row {
    const char* name;
    const std::function<void()>* beside;
    std::function<void()> work;
    std::vector<double> ratios{};
};

void compare(Bytes used, const std::string& folder, int rounds) {
    auto machine = Virt::create({.ram_size = 1_GiB}).value();
    Emulator<Virt, Rv64, VirtualClock> emulator(machine);
    std::mt19937_64 random(1);
    for (Bytes at{}; at != used; at += Bytes{8})
        must(machine.store<std::uint64_t>(GuestAddress{0x8000'0000 + at.count}, random()).has_value());

    const std::string path = folder + "/wirewrap-benchmark.snapshot",
                      copy = folder + "/wirewrap-benchmark.bytes";
    must(state::save(emulator, path).has_value());
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    const auto kept = state::Snapshot::open(path).value();

    std::vector<char> room(bytes.size());
    std::uint64_t sum = 0;
    const std::function<void()> written = [&] {
        sum += state::xxh64(std::as_bytes(std::span(bytes)));
        write_anew(copy, bytes);
    };
    const std::function<void()> read = [&] {
        read_all(path, room);
        sum += state::xxh64(std::as_bytes(std::span(room)));
    };
    std::vector<Row> rows{
        {"named", &written, [&] { write_named(folder, copy, bytes); }},
        {"save", &written, [&] { must(state::save(emulator, path).has_value()); }},
        {"open", &read, [&] { must(state::Snapshot::open(path).has_value()); }},
        {"restore", &read, [&] { must(state::restore(emulator, kept).has_value()); }},
        {"both", &read,
         [&] { must(state::restore(emulator, state::Snapshot::open(path).value()).has_value()); }},
    };
    std::vector<double> alone;
    for (int round = 0; round != rounds; ++round)
        for (Row& row : rows) {
            const double beside = seconds(*row.beside);
            if (row.beside == &written) alone.push_back(beside);
            row.ratios.push_back(seconds(row.work) / beside);
        }
    std::ranges::sort(alone);
    std::printf("%llu bytes in use, a file of %zu: written in %.2f ms\n",
                static_cast<unsigned long long>(used.count), bytes.size(), 1000 * alone[alone.size() / 2]);
    for (Row& row : rows) {
        std::ranges::sort(row.ratios);
        std::printf("  %-8s %5.2f  (%.2f to %.2f)\n", row.name, row.ratios[row.ratios.size() / 2],
                    row.ratios.front(), row.ratios.back());
    }
    must(sum != 0);
    ::unlink(path.c_str());
    ::unlink(copy.c_str());
}

}  // namespace

int main(int count, char** arguments) {
    const std::string folder = count > 1 ? arguments[1] : "/dev/shm";
    const int rounds = count > 2 ? std::max(1, std::atoi(arguments[2])) : 11;
    compare(4_KiB, folder, rounds);
    compare(64_MiB, folder, rounds);
    return 0;
}
