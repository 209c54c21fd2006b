// What the kernel says about a range of this process: which pages are there, which advice holds; and places to put files.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/prealloc.hpp>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WIREWRAP_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WIREWRAP_SANITIZED true
#endif
#endif
#ifndef WIREWRAP_SANITIZED
#define WIREWRAP_SANITIZED false
#endif

namespace wirewrap::test {

/// Address and thread sanitizer keep shadow memory: limits on address space and forked threads do not suit them.
inline constexpr bool sanitized = WIREWRAP_SANITIZED;

inline void skipped(std::string_view why) { std::cout << "SKIPPED: " << why << '\n'; }

inline std::string message(const auto& expected) {
    if (expected) return "no error";
    return expected.error().message;
}

/// Pages of [data, data + size) that the process `pid` ("self") has mapped, from /proc/pid/pagemap.
inline std::uint64_t present_pages(const std::string& pid, std::uint64_t data, Bytes size) {
    const std::uint64_t page = hostmem::os::page_size().count;
    const int pagemap = ::open(("/proc/" + pid + "/pagemap").c_str(), O_RDONLY);
    std::vector<std::uint64_t> entries(size.count / page);
    const auto length = static_cast<ssize_t>(entries.size() * sizeof entries[0]);
    const ssize_t got = ::pread(pagemap, entries.data(), static_cast<std::size_t>(length),
                                static_cast<off_t>(data / page * sizeof entries[0]));
    ::close(pagemap);
    if (got != length) return ~std::uint64_t{0};
    std::uint64_t present = 0;
    for (const std::uint64_t entry : entries) present += entry >> 63;  // bit 63: present (pagemap.rst)
    return present;
}
inline std::uint64_t present_pages(const std::byte* data, Bytes size) {
    return present_pages("self", reinterpret_cast<std::uint64_t>(data), size);
}
inline std::uint64_t pages_in(Bytes size) { return size / hostmem::os::page_size(); }

/// The `VmFlags` of the mapping that starts at `data`: "rd wr … hg mg". Empty when there is none.
inline std::string vm_flags(const std::byte* data) {
    std::ostringstream start;
    start << std::hex << reinterpret_cast<std::uintptr_t>(data) << '-';
    std::ifstream smaps("/proc/self/smaps");
    bool found = false;
    for (std::string line; std::getline(smaps, line);) {
        if (line.starts_with(start.str())) found = true;
        if (found && line.starts_with("VmFlags:")) return line.substr(8) + ' ';
    }
    return {};
}
inline bool has_flag(const std::byte* data, const std::string& flag) {
    return vm_flags(data).find(' ' + flag + ' ') != std::string::npos;
}

inline std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
}
/// A page that nobody can access: the guard of a range, which may stay for the next one (address_range.hpp).
inline bool is_guard(const std::string& line) {
    unsigned long long from = 0, to = 0;
    char protection[5] = {};
    return std::sscanf(line.c_str(), "%llx-%llx %4s", &from, &to, protection) == 3 &&
           protection == std::string_view("---p") && to - from == hostmem::os::page_size().count;
}
/// Mappings of this process, guards left out.
inline std::size_t mappings() {
    std::ifstream maps("/proc/self/maps");
    std::size_t count = 0;
    for (std::string line; std::getline(maps, line);)
        if (!is_guard(line)) ++count;
    return count;
}

/// Whether no more is mapped than `before`; the sanitizers map and keep some for themselves.
inline bool nothing_mapped_since(std::size_t before) { return mappings() <= before + (sanitized ? 64 : 0); }
/// Whether this process maps the file at `path`.
inline bool maps_file(const std::string& path) {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
        if (line.find(path) != std::string::npos) return true;
    return false;
}

/// A stop that was asked for already.
inline const hostmem::StopRequest* stopped() {
    static hostmem::StopRequest request;
    request.make();
    return &request;
}

/// A folder of its own, removed with all that is in it.
class Folder {
public:
    Folder() {
        const char* base = std::getenv("TEST_TMPDIR");
        std::string name = std::string(base != nullptr ? base : "/tmp") + "/wirewrap-test.XXXXXX";
        path_ = ::mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path_); }

    std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

inline void write_file(const std::string& path, std::size_t size, char fill = 'x') {
    std::ofstream(path, std::ios::binary) << std::string(size, fill);
}

/// Runs `body` in a forked process and gives what it returned; -n when signal n ended it.
template <class Body>
int in_child(Body body) {
    std::cout.flush();
    const pid_t child = ::fork();
    if (child == 0) {
        // Catch2's handlers would report the child's end as the test's.
        for (const int signal : {SIGSEGV, SIGBUS, SIGABRT}) std::signal(signal, SIG_DFL);
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace wirewrap::test
