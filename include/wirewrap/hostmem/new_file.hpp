// A file that is made first and named last: until it has its name nobody else can open it, and nothing is left of it when
// its maker gives up or dies.
//
//     auto made = NewFile::create("/dev/shm/guest");      // O_TMPFILE: a file without a name in /dev/shm
//     os::resize(made->file, 1_GiB);                      // all that can fail
//     made->give_name(made->file);                        // linkat: /dev/shm/guest, or EEXIST: someone else's is there
//
// File systems without O_TMPFILE get a name that nobody can guess, `.wirewrap-NUMBER` in the same folder, until then.
#pragma once

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <climits>
#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::hostmem {

class NewFile {
public:
    /// Fails as open(2) with O_CREAT does; that `path` exists by now is seen when it is named.
    static os::Result<NewFile> create(const std::string& path) {
        const std::size_t slash = path.rfind('/');
        NewFile made;
        made.name_ = path.substr(slash + 1);  // npos + 1 is 0
        if (made.name_.empty()) return std::unexpected(os::Failure{ENOENT});
        const std::string folder = slash == path.npos ? "." : path.substr(0, slash + 1);
        auto opened = os::open(folder, O_PATH | O_DIRECTORY);
        if (!opened) return std::unexpected(opened.error());
        made.folder_ = std::move(*opened);

        auto file = os::open_nameless(made.folder_, 0644);
        if (file && !os::status(link_to(*file))) file = std::unexpected(os::Failure{EOPNOTSUPP});  // no /proc
        if (!file && os::knows_no_nameless(file.error()))
            file = os::with_patience(EEXIST, [&] {
                made.temporary_ = sentence(".wirewrap-", os::unguessable()).string();
                return os::open_in(made.folder_, made.temporary_, O_RDWR | O_CREAT | O_EXCL, 0644);
            });
        if (!file) {
            made.temporary_.clear();
            return std::unexpected(file.error());
        }
        made.file = std::move(*file);
        return made;
    }

    NewFile(NewFile&& other) noexcept
        : file(std::move(other.file)), folder_(std::move(other.folder_)), name_(std::move(other.name_)),
          temporary_(std::exchange(other.temporary_, {})), maker_(other.maker_) {}
    NewFile& operator=(NewFile&& other) noexcept {
        NewFile mine(std::move(other));
        std::swap(file, mine.file);
        std::swap(folder_, mine.folder_);
        std::swap(name_, mine.name_);
        std::swap(temporary_, mine.temporary_);
        std::swap(maker_, mine.maker_);
        return *this;
    }
    ~NewFile() {
        if (!temporary_.empty() && maker_.is_this_process()) remove_temporary();
    }

    /// EEXIST: the name is taken, and stays what it is.
    os::Result<void> give_name(const os::Descriptor& opened) {
        if (temporary_.empty())
            return os::done(::linkat(AT_FDCWD, link_to(opened).c_str(), folder_.number(), name_.c_str(),
                                     AT_SYMLINK_FOLLOW));
        const auto renamed = os::done(::renameat2(folder_.number(), temporary_.c_str(), folder_.number(),
                                                  name_.c_str(), RENAME_NOREPLACE));
        if (!renamed && (renamed.error().code == EINVAL || renamed.error().code == ENOSYS)) {
            const auto linked = os::done(
                ::linkat(folder_.number(), temporary_.c_str(), folder_.number(), name_.c_str(), 0));
            if (linked) remove_temporary();
            return linked;
        }
        if (renamed) temporary_.clear();
        return renamed;
    }
    /// The file that has the name.
    os::Result<os::Descriptor> other() const {
        return os::with_patience(EAGAIN, [&] { return os::open_in(folder_, name_, O_RDWR | O_NONBLOCK); });
    }

    /// Takes the name away again where it is still that of `opened`; another file keeps it. Nothing else can be removed: the file
    /// is looked at once more where nobody else finds it, and gets its name back if it is another. It asks for no memory, for it
    /// is called where there was none.
    static os::Result<void> take_name(const std::string& path, const os::Descriptor& opened) {
        const char* const name = path.c_str();
        if (!is_name_of(name, opened)) return std::unexpected(os::Failure{ENOENT});
        std::array<char, PATH_MAX> aside;
        const int length = std::snprintf(aside.data(), aside.size(), "%.*s.wirewrap-%" PRIu64,
                                         static_cast<int>(path.rfind('/') + 1), name, os::unguessable());
        if (length < 0 || static_cast<std::size_t>(length) >= aside.size())
            return std::unexpected(os::Failure{ENAMETOOLONG});
        const auto moved = os::done(::rename(name, aside.data()));
        if (!moved) return moved;
        if (is_name_of(aside.data(), opened)) return os::done(::unlink(aside.data()));
        if (::link(aside.data(), name) == 0) ::unlink(aside.data());
        return std::unexpected(os::Failure{ENOENT});
    }

    os::Descriptor file;  // for whoever takes it

private:
    NewFile() = default;
    static std::string link_to(const os::Descriptor& file) {
        return sentence("/proc/self/fd/", file.number()).string();
    }
    /// The name itself, wherever it leads.
    static bool is_name_of(const char* path, const os::Descriptor& opened) {
        const auto ours = os::status(opened), found = os::link_status(path);
        return ours && found && ours->st_dev == found->st_dev && ours->st_ino == found->st_ino;
    }
    void remove_temporary() {
        ::unlinkat(folder_.number(), temporary_.c_str(), 0);
        temporary_.clear();
    }

    os::Descriptor folder_;  // the name goes there, wherever the process and the folder have gone meanwhile
    std::string name_;
    std::string temporary_;  // empty: it has no name
    os::Maker maker_;
};

}  // namespace wirewrap::hostmem
