// The system calls of host memory, and nothing else: each returns what the kernel said, an errno as a value.
//
//     if (auto e = os::advise(data, size, MADV_HUGEPAGE); !e) note(os::text(e.error()));   // "Invalid argument (EINVAL)"
#pragma once

#include <fcntl.h>
#include <linux/futex.h>
#include <linux/magic.h>
#include <linux/mempolicy.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/hostmem/numa.hpp>

namespace wirewrap::hostmem::os {

/// An errno.
struct Failure {
    int code = 0;
};
template <class T>
using Result = std::expected<T, Failure>;

inline std::unexpected<Failure> failure() { return std::unexpected(Failure{errno}); }
inline Result<void> done(long result) {
    if (result < 0) return failure();
    return {};
}

/// "Cannot allocate memory (ENOMEM)": what the kernel said, for people and for search engines.
inline Text text(Failure failure) {
    const char* description = strerrordesc_np(failure.code);
    const char* symbol = strerrorname_np(failure.code);
    if (description == nullptr || symbol == nullptr) return sentence("error ", failure.code);
    return sentence(std::string_view(description), " (", std::string_view(symbol), ")");
}

inline Bytes page_size() { return Bytes{static_cast<std::uint64_t>(::getpagesize())}; }

/// An open file, closed when destroyed.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        Descriptor mine(std::move(other));
        std::swap(number_, mine.number_);
        return *this;
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }

    /// -1: none.
    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

private:
    int number_ = -1;
};

/// Never one of the three standard streams: who has closed one prints into whatever gets its number.
inline Result<Descriptor> opened(int number) {
    if (number < 0) return failure();
    if (number > STDERR_FILENO) return Descriptor(number);
    const Descriptor standard(number);
    return opened(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}
/// Another number for the same open file.
inline Result<Descriptor> duplicate(int number) {
    return opened(::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
}

/// The process that made the object which holds this. A forked child's copy of such an object must leave alone what others
/// share with it: files by their name, terminals, bytes that are still to be sent.
class Maker {
public:
    bool is_this_process() const { return process_ == ::getpid(); }

private:
    pid_t process_ = ::getpid();
};
inline Result<Descriptor> open(const std::string& path, int flags, mode_t mode = 0) {
    return opened(::open(path.c_str(), flags | O_CLOEXEC, mode));
}
/// Of what lies in a folder; `folder`: open, with O_PATH if need be.
inline Result<Descriptor> open_in(const Descriptor& folder, const std::string& name, int flags,
                                  mode_t mode = 0) {
    return opened(::openat(folder.number(), name.c_str(), flags | O_CLOEXEC, mode));
}
/// A number that nobody can guess or has had before, for names of files.
inline std::uint64_t unguessable() {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, GRND_NONBLOCK) != sizeof number) {
        static std::atomic<std::uint64_t> counter{0};
        number = static_cast<std::uint64_t>(::getpid()) << 32 | counter++;
    }
    return number;
}
/// Calls `attempt` until it gives something else than EINTR or `again`, at most a hundred times; where others hold what it wants
/// for an instant (EAGAIN), for a second.
template <class Attempt>
auto with_patience(int again, Attempt attempt) -> decltype(attempt()) {
    auto result = attempt();
    for (int tries = 1; tries != (again == EAGAIN ? 1000 : 100); ++tries) {
        if (result || (result.error().code != EINTR && result.error().code != again)) break;
        const std::timespec millisecond{0, 1'000'000};
        if (again == EAGAIN) ::nanosleep(&millisecond, nullptr);
        result = attempt();
    }
    return result;
}
/// What should be a regular file: a FIFO is not waited for, whoever holds a lease (fcntl(2)) is.
inline Result<Descriptor> open_file(const std::string& path, int flags) {
    return with_patience(EAGAIN, [&] { return open(path, flags | O_NONBLOCK); });
}
/// A new file in `folder` that has no name, and cannot get one where `nameless` has O_EXCL. Old kernels and some file
/// systems say EISDIR, EOPNOTSUPP or EINVAL.
inline Result<Descriptor> open_nameless(const Descriptor& folder, mode_t mode, int nameless = 0) {
    return open_in(folder, ".", O_TMPFILE | O_RDWR | nameless, mode);
}
inline bool knows_no_nameless(Failure reason) {
    return reason.code == EISDIR || reason.code == EOPNOTSUPP || reason.code == EINVAL;
}
/// A new file in `directory` that has no name by the time this returns.
inline Result<Descriptor> open_unnamed(const std::string& directory) {
    const auto folder = open(directory, O_PATH | O_DIRECTORY);
    if (!folder) return std::unexpected(folder.error());
    auto file = open_nameless(*folder, 0600, O_EXCL);
    if (file || !knows_no_nameless(file.error())) return file;
    return with_patience(EEXIST, [&] {
        const std::string name = sentence(".wirewrap-", unguessable()).string();
        auto named = open_in(*folder, name, O_RDWR | O_CREAT | O_EXCL, 0600);
        if (named) ::unlinkat(folder->number(), name.c_str(), 0);
        return named;
    });
}
/// A memfd that cannot be executed as a program, wherever the kernel knows that promise, which also lets it be sealed: 6.3.
/// Without MFD_ALLOW_SEALING only a kernel that insists on the promise (vm.memfd_noexec=2) gets it.
inline Result<Descriptor> memory_file(const char* name, unsigned flags) {
    constexpr unsigned never_a_program = 0x8;  // MFD_NOEXEC_SEAL; not in the headers of Linux 6.1
    const auto create = [&](unsigned more) {
        return opened(::memfd_create(name, flags | more | MFD_CLOEXEC));
    };
    const bool sealed = (flags & MFD_ALLOW_SEALING) != 0;
    auto file = create(sealed ? never_a_program : 0);
    if (!file && file.error().code == (sealed ? EINVAL : EACCES)) return create(sealed ? 0 : never_a_program);
    return file;
}
/// New POSIX shared memory that has no name by the time this returns.
inline Result<Descriptor> open_shared() {
    return with_patience(EEXIST, [] {
        const std::string name = sentence("/wirewrap-", unguessable()).string();
        auto memory = opened(::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (memory) ::shm_unlink(name.c_str());
        return memory;
    });
}

/// How long a file may be (ulimit -f). The kernel would kill a process that makes one longer with SIGXFSZ.
inline Bytes longest_file() {
    struct rlimit limit{};
    return Bytes{::getrlimit(RLIMIT_FSIZE, &limit) == 0 ? limit.rlim_cur : RLIM_INFINITY};
}
/// Fails with EFBIG where the file may not be so long.
inline Result<void> resize(const Descriptor& file, Bytes size) {
    if (size > longest_file()) return std::unexpected(Failure{EFBIG});
    return done(::ftruncate(file.number(), static_cast<off_t>(size.count)));
}
inline Result<void> add_seals(const Descriptor& file, int seals) {
    return done(::fcntl(file.number(), F_ADD_SEALS, seals));
}
/// Gives the pages of a range of the file back; it reads as zeroes afterwards.
inline Result<void> punch_hole(const Descriptor& file, Bytes offset, Bytes size) {
    return with_patience(EINTR, [&] {
        return done(::fallocate(file.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                static_cast<off_t>(offset.count), static_cast<off_t>(size.count)));
    });
}
inline Result<struct stat> status(const Descriptor& file) {
    struct stat status{};
    if (::fstat(file.number(), &status) != 0) return failure();
    return status;
}
inline Result<struct stat> status(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return failure();
    return status;
}
/// Of the name itself, wherever it leads.
inline Result<struct stat> link_status(const char* path) {
    struct stat status{};
    if (::lstat(path, &status) != 0) return failure();
    return status;
}
/// Whether a file reads as nothing but zeroes, holes left out; false where it cannot be told.
inline bool all_zero(const Descriptor& file) {
    std::array<char, 1 << 14> bytes;
    const auto size = status(file);
    for (off_t at = 0; size && at < size->st_size;) {
        const off_t data = ::lseek(file.number(), at, SEEK_DATA);
        if (data < 0) return errno == ENXIO;  // no data from here on
        const ssize_t count = ::pread(file.number(), bytes.data(), bytes.size(), data);
        if (count <= 0) return false;
        for (ssize_t i = 0; i != count; ++i)
            if (bytes[static_cast<std::size_t>(i)] != 0) return false;
        at = data + count;
    }
    return size.has_value();
}
inline Result<struct statfs> file_system(const Descriptor& file) {
    struct statfs status{};
    if (::fstatfs(file.number(), &status) != 0) return failure();
    return status;
}
/// Of the memory behind a file: of huge pages on hugetlbfs, else the host's.
inline Bytes page_size_of(const Descriptor& file) {
    const auto system = file_system(file);
    if (system && system->f_type == HUGETLBFS_MAGIC)
        return Bytes{static_cast<std::uint64_t>(system->f_bsize)};
    return page_size();
}
inline void unlink(const std::string& path) { ::unlink(path.c_str()); }

inline Result<std::byte*> map(void* at, Bytes size, int protection, int flags, int descriptor = -1,
                              Bytes offset = {}) {
    void* address = ::mmap(at, size.count, protection, flags, descriptor, static_cast<off_t>(offset.count));
    if (address == MAP_FAILED) return failure();
    return static_cast<std::byte*>(address);
}
inline Result<void> unmap(std::byte* at, Bytes size) { return done(::munmap(at, size.count)); }
inline Result<void> protect(std::byte* at, Bytes size, int protection) {
    return done(::mprotect(at, size.count, protection));
}
inline Result<void> advise(std::byte* at, Bytes size, int advice) {
    return done(::madvise(at, size.count, advice));
}

/// The kernel's mode for a policy: plain MPOL_PREFERRED looks at the first node only; several need Linux 5.15.
inline int kernel_mode(const NumaPolicy& policy) {
    if (policy.mode == NumaMode::preferred && policy.nodes.size() > 1) return MPOL_PREFERRED_MANY;
    return static_cast<int>(policy.mode);
}
/// The first Linux that has that mode, where some that are in use have not.
inline std::string_view first_kernel_with(int mode) {
    if (mode == MPOL_PREFERRED_MANY) return "5.15";
    if (mode == static_cast<int>(NumaMode::weighted_interleave)) return "6.9";
    return {};
}
// The kernel reads one bit less than the `maxnode` it is given, hence one more and a third word (mbind(2), BUGS).
inline constexpr unsigned long maxnode = NodeSet::limit + 1;
inline std::array<std::uint64_t, 3> node_mask(const NodeSet& nodes) {
    return {nodes.words()[0], nodes.words()[1], 0};
}
/// The policy of a range (mbind(2), without libnuma).
inline Result<void> bind(std::byte* at, Bytes size, const NumaPolicy& policy) {
    const auto mask = node_mask(policy.nodes);
    return done(::syscall(SYS_mbind, at, size.count, kernel_mode(policy), mask.data(), maxnode,
                          MPOL_MF_STRICT | MPOL_MF_MOVE));
}
/// The policy of the calling thread, which places the page cache of shared files.
inline Result<void> bind_thread(const NumaPolicy& policy) {
    const auto mask = node_mask(policy.nodes);
    return done(::syscall(SYS_set_mempolicy, kernel_mode(policy), mask.data(), maxnode));
}

/// How much of a range, of 16 MiB at most, has its pages: of shared memory, whoever took them (mincore(2)).
inline Bytes present(const std::byte* at, Bytes size) {
    std::array<unsigned char, 4096> pages{};
    if (::mincore(const_cast<std::byte*>(at), size.count, pages.data()) != 0) return {};
    Bytes sum{};
    for (const unsigned char page : pages) sum += page % 2 != 0 ? page_size() : Bytes{};
    return sum;
}
/// The CPUs that the calling thread may use.
inline cpu_set_t allowed_cpus() {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    ::sched_getaffinity(0, sizeof cpus, &cpus);
    return cpus;
}
inline void run_on(const cpu_set_t& cpus) { ::sched_setaffinity(0, sizeof cpus, &cpus); }

/// Takes the page at `at` without changing it, also while others store to it; a page that cannot be had is EFAULT
/// here, where a store would be SIGBUS. The kernel's own atomic `or` with 0 does it, so that no signal handler is
/// needed; a read-only page is read, by a wait that ends at once.
inline Result<void> touch(std::byte* at, bool writable) {
    int nobody_waits_here = 0;
    if (writable)
        return done(::syscall(SYS_futex, &nobody_waits_here, FUTEX_WAKE_OP_PRIVATE, 0, nullptr, at,
                              FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_EQ, 0)));
    const std::timespec at_once{};
    if (::syscall(SYS_futex, at, FUTEX_WAIT_PRIVATE, 0, &at_once) == 0) return {};
    if (errno == EAGAIN || errno == ETIMEDOUT || errno == EINTR) return {};
    return failure();
}

/// The decimal number at the front of `text`, which it loses; nothing when there is none, or none of 64 bits.
[[gnu::noinline]] constexpr std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::optional<std::uint64_t> number;
    std::size_t digits = 0;
    for (; digits != text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
        const auto digit = static_cast<std::uint64_t>(text[digits] - '0');
        const std::uint64_t before = number.value_or(0);
        if (before > (UINT64_MAX - digit) / 10) return std::nullopt;
        number = before * 10 + digit;
    }
    text.remove_prefix(digits);
    return number;
}

/// The text of a small file such as those under /proc and /sys, without the final line end.
[[gnu::noinline]] inline Result<std::string> read_text(const char* path) {
    const auto file = opened(::open(path, O_RDONLY | O_CLOEXEC));
    if (!file) return std::unexpected(file.error());
    std::array<char, 4096> content;
    const ssize_t length = ::read(file->number(), content.data(), content.size());
    if (length < 0) return failure();
    std::string_view text(content.data(), static_cast<std::size_t>(length));
    while (text.ends_with('\n')) text.remove_suffix(1);
    return std::string(text);
}
/// The same; empty where it cannot be read.
[[gnu::noinline]] inline std::string text_in(const Text& path) {
    auto text = read_text(path.string().c_str());
    return text ? std::move(*text) : std::string();
}

}  // namespace wirewrap::hostmem::os
