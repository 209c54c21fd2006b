// A real QEMU that stays: started with options, spoken to over QMP, gone with the object.
//
//     RunningQemu qemu("x86_64", {"-machine", "pc", "-m", "64M", "-S"});
//     qemu.execute("query-status")["status"];                                  // "prelaunch"
//     qemu.migrate_to("/tmp/guest.stream");
//     qemu.memory(at(0x10'0000), 4_KiB);                                       // as pmemsave says
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>

#include <tests/examples/process.hpp>

#include "tests/support/socket_path.hpp"

namespace wirewrap::test {

/// Where QEMU's programs are; the environment variable WIREWRAP_QEMU names the folder of another release.
inline std::string qemu_folder() {
    const char* const folder = std::getenv("WIREWRAP_QEMU");
    return folder != nullptr ? folder : "/usr/bin";
}
inline std::string qemu_program(std::string_view target) {
    return qemu_folder() + "/qemu-system-" + std::string(target);
}
inline bool qemu_is_installed(std::string_view target) {
    return std::filesystem::exists(qemu_program(target));
}

/// A path in the test's own folder.
inline std::string scratch(const std::string& name) {
    const char* const folder = std::getenv("TEST_TMPDIR");
    return std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
}

inline std::vector<std::byte> content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> chars{std::istreambuf_iterator<char>(file), {}};
    const auto bytes = std::as_bytes(std::span(chars));
    return {bytes.begin(), bytes.end()};
}

/// A child process, killed with the object.
class Child {
public:
    Child() = default;
    explicit Child(::pid_t pid) : pid_(pid) {}
    Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
    Child& operator=(Child&& other) noexcept {
        std::swap(pid_, other.pid_);
        return *this;
    }
    ~Child() { kill(); }

    void kill() {
        if (pid_ < 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    ::pid_t pid() const { return pid_; }

private:
    ::pid_t pid_ = -1;
};

class RunningQemu {
public:
    RunningQemu(std::string_view target, const std::vector<std::string>& options) {
        std::vector<std::string> words{
            qemu_program(target), "-accel", "tcg",     "-nodefaults", "-display", "none",
            "-monitor",           "none",   "-serial", "none",        "-qmp",     "stdio"};
        words.insert(words.end(), options.begin(), options.end());
        std::array<int, 2> in{}, out{};
        if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0) return;
        ::signal(SIGPIPE, SIG_IGN);
        const ::pid_t pid = ::fork();
        if (pid == 0) {
            ::dup2(in[0], STDIN_FILENO);
            ::dup2(out[1], STDOUT_FILENO);
            ::setenv("QEMU_AUDIO_DRV", "none", 1);  // a host without sound makes ALSA talk
            become(words);
        }
        ::close(in[0]), ::close(out[1]);
        child_ = Child(pid);
        in_ = in[1], out_ = out[0];
        (void)execute("qmp_capabilities");
    }
    RunningQemu(const RunningQemu&) = delete;
    ~RunningQemu() {
        if (in_ >= 0) ::close(in_);
        if (out_ >= 0) ::close(out_);
    }

    /// What the command returns; an object with "class" and "desc" when it was refused, null when QEMU is gone.
    nlohmann::json execute(const std::string& command,
                           const nlohmann::json& arguments = nlohmann::json::object()) {
        const std::string line = nlohmann::json{{"execute", command}, {"arguments", arguments}}.dump() + "\n";
        if (::write(in_, line.data(), line.size()) != static_cast<::ssize_t>(line.size())) return nullptr;
        for (;;) {
            const std::string text = next_line();
            if (text.empty()) return nullptr;
            const auto answer = nlohmann::json::parse(text, nullptr, false);
            if (answer.contains("return")) return answer["return"];
            if (answer.contains("error")) return answer["error"];
        }
    }

    /// The first number of the release.
    int major_release() {
        const auto version = execute("query-version");
        return version.is_object() && version.contains("qemu") ? version["qemu"].value("major", 0) : 0;
    }

    /// Has the guest's state written to what `uri` names; does not wait.
    void start_migration(const std::string& uri) {
        execute("migrate-set-parameters", {{"max-bandwidth", 1ull << 40}});
        execute("migrate", {{"uri", uri}});
    }
    /// "completed", "failed", or what it was when patience ended.
    std::string migration_status(std::chrono::seconds patience = std::chrono::seconds(100)) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        std::string status;
        while (std::chrono::steady_clock::now() < deadline) {
            const auto answer = execute("query-migrate");
            if (!answer.is_object()) return "gone";
            status = answer.value("status", "");
            if (status == "completed" || status == "failed") break;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return status;
    }
    std::string migrate_to(const std::string& path) {
        start_migration("exec:cat > " + path);
        return migration_status();
    }

    /// The other way, of a QEMU with `-incoming defer`.
    std::string receive(const std::string& path) {
        execute("migrate-incoming", {{"uri", "exec:cat " + path}});
        return migration_status();
    }

    /// Guest-physical memory.
    std::vector<std::byte> memory(GuestAddress from, Bytes size) {
        const std::string path = scratch("pmemsave.bin");
        execute("pmemsave", {{"val", from.value}, {"size", size.count}, {"filename", path}});
        auto bytes = content_of(path);
        std::filesystem::remove(path);
        return bytes;
    }

private:
    std::string next_line() {
        for (;;) {
            if (const std::size_t end = text_.find('\n'); end != text_.npos) {
                std::string line = text_.substr(0, end);
                text_.erase(0, end + 1);
                return line;
            }
            ::pollfd file{out_, POLLIN, 0};
            std::array<char, 4096> some;
            if (::poll(&file, 1, 100'000) <= 0) return {};
            const ::ssize_t count = ::read(out_, some.data(), some.size());
            if (count <= 0) return {};
            text_.append(some.data(), static_cast<std::size_t>(count));
        }
    }

    Child child_;
    int in_ = -1, out_ = -1;
    std::string text_;
};

}  // namespace wirewrap::test
