// A thread whose start is a value that can fail, and never an exception: std::jthread throws, and asks for memory first.
//
//     auto work = [&]() noexcept { … };                 // stays where it is until the thread has ended
//     auto thread = os::Thread::start(work);
//     if (!thread) work();                               // the system has no thread left to give
#pragma once

#include <pthread.h>
#include <unistd.h>

#include <type_traits>
#include <utility>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem::os {

/// Joined when destroyed, by the process that started it: a forked child has the object, but not the thread.
class Thread {
public:
    Thread() = default;
    template <class Work>
        requires std::is_nothrow_invocable_v<Work&>
    static Result<Thread> start(Work& work) {
        Thread thread;
        const auto run = [](void* given) -> void* {
            (*static_cast<Work*>(given))();
            return nullptr;
        };
        if (const int reason = ::pthread_create(&thread.thread_, nullptr, run, &work); reason != 0)
            return std::unexpected(Failure{reason});
        thread.starter_ = ::getpid();
        return thread;
    }

    Thread(Thread&& other) noexcept : thread_(other.thread_), starter_(std::exchange(other.starter_, 0)) {}
    Thread& operator=(Thread&& other) noexcept {
        Thread mine(std::move(other));
        std::swap(thread_, mine.thread_);
        std::swap(starter_, mine.starter_);
        return *this;
    }
    ~Thread() { join(); }

    void join() {
        if (const pid_t starter = std::exchange(starter_, 0); starter != 0 && starter == ::getpid())
            ::pthread_join(thread_, nullptr);
    }

private:
    pthread_t thread_{};
    pid_t starter_ = 0;  // 0: no thread, or joined
};

}  // namespace wirewrap::hostmem::os
