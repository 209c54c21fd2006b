// Runs a program as a person would: arguments, something on standard input, and what came of it.
//
//     const Finished boards = run_program({"examples/wirewrap", "boards"});
//     CHECK(boards.status == 0);
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wirewrap::test {

/// Where Bazel puts the command, relative to the folder that tests run in.
inline const std::string wirewrap_program = "examples/wirewrap";

inline std::string file_contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Finished {
    int status = -1;  // exit status, 128 + n for signal n, -1 when it was killed for taking too long
    std::string out{}, err{};
};

inline int status_of(int wait_status) {
    return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

/// For the child between fork and exec.
[[noreturn]] inline void become(const std::vector<std::string>& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
}

inline Finished run_program(const std::vector<std::string>& words, std::string_view input = {},
                            std::chrono::seconds patience = std::chrono::seconds(60)) {
    std::array<int, 2> in{}, out{}, err{};
    if (::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0 ||
        ::pipe2(err.data(), O_CLOEXEC) != 0)
        return {};
    const ::pid_t child = ::fork();
    if (child == 0) {
        ::dup2(in[0], STDIN_FILENO);
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        become(words);
    }
    for (const int theirs : {in[0], out[1], err[1]}) ::close(theirs);
    // The child may leave before it has read everything.
    ::signal(SIGPIPE, SIG_IGN);
    ::fcntl(in[1], F_SETFL, O_NONBLOCK);

    Finished result;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::array<::pollfd, 3> files{::pollfd{in[1], POLLOUT, 0}, {out[0], POLLIN, 0}, {err[0], POLLIN, 0}};
    const auto close_file = [](::pollfd& file) {
        if (file.fd >= 0) ::close(file.fd);
        file.fd = -1;
    };
    while (files[1].fd >= 0 || files[2].fd >= 0) {
        if (input.empty()) close_file(files[0]);
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0 || ::poll(files.data(), files.size(), static_cast<int>(left.count())) < 0) {
            ::kill(child, SIGKILL);
            ::waitpid(child, nullptr, 0);
            for (::pollfd& file : files) close_file(file);
            return result;
        }
        if (files[0].fd >= 0 && files[0].revents != 0) {
            const ::ssize_t count = ::write(files[0].fd, input.data(), input.size());
            if (count > 0)
                input.remove_prefix(static_cast<std::size_t>(count));
            else if (errno != EAGAIN)
                close_file(files[0]);
        }
        for (std::size_t i = 1; i != files.size(); ++i) {
            if (files[i].fd < 0 || files[i].revents == 0) continue;
            std::array<char, 65536> bytes;
            const ::ssize_t count = ::read(files[i].fd, bytes.data(), bytes.size());
            if (count > 0)
                (i == 1 ? result.out : result.err).append(bytes.data(), static_cast<std::size_t>(count));
            else
                close_file(files[i]);
        }
    }
    close_file(files[0]);
    int wait_status = 0;
    ::waitpid(child, &wait_status, 0);
    result.status = status_of(wait_status);
    return result;
}

/// `wirewrap` with these arguments.
inline Finished ask(std::vector<std::string> words, std::string_view input = {}) {
    words.insert(words.begin(), wirewrap_program);
    return run_program(words, input);
}

}  // namespace wirewrap::test
