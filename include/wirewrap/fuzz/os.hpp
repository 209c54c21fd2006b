// The system calls of AFL's protocol, and nothing else. As in hostmem/os.hpp, each returns what the kernel said.
//
//     auto map = os::attach(12345);                  // System V shared memory, by its number
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::fuzz::os {

using hostmem::os::Failure;
using hostmem::os::failure;
using hostmem::os::Result;
using hostmem::os::text;

/// All of a System V segment. It stays attached until the process ends.
inline Result<std::span<std::byte>> attach(int number) {
    ::shmid_ds about{};
    if (::shmctl(number, IPC_STAT, &about) != 0) return failure();
    void* const place = ::shmat(number, nullptr, 0);
    if (reinterpret_cast<std::intptr_t>(place) == -1) return failure();
    return std::span(static_cast<std::byte*>(place), about.shm_segsz);
}

/// Four bytes through a pipe; false: its other end is gone.
inline bool send(int pipe, std::uint32_t word) {
    for (;;) {
        const ::ssize_t count = ::write(pipe, &word, sizeof word);
        if (count == sizeof word) return true;
        if (count >= 0 || errno != EINTR) return false;
    }
}
inline bool receive(int pipe, std::uint32_t& word) {
    for (;;) {
        const ::ssize_t count = ::read(pipe, &word, sizeof word);
        if (count == sizeof word) return true;
        if (count >= 0 || errno != EINTR) return false;
    }
}

/// From standard input: of a file from `offset` on, wherever somebody has left it, of a pipe what comes next.
inline ::ssize_t read_input(std::span<std::byte> to, std::size_t offset) {
    for (;;) {
        ::ssize_t count = ::pread(STDIN_FILENO, to.data(), to.size(), static_cast<::off_t>(offset));
        if (count < 0 && errno == ESPIPE) count = ::read(STDIN_FILENO, to.data(), to.size());
        if (count >= 0 || errno != EINTR) return count;
    }
}

/// A process without these descriptors that does nothing until it is killed, or its parent ends.
inline Result<::pid_t> start_idle_process(std::initializer_list<int> without) {
    const ::pid_t parent = ::getpid(), child = ::fork();
    if (child < 0) return failure();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (const int descriptor : without) ::close(descriptor);
        while (::getppid() == parent) ::pause();
        ::_exit(0);
    }
    return child;
}
/// Waits for a process to end; how it did.
inline int wait_for(::pid_t process) {
    int status = 0;
    while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {}
    return status;
}
inline void end(::pid_t process) {
    ::kill(process, SIGKILL);
    (void)wait_for(process);
}

}  // namespace wirewrap::fuzz::os
