// A directory of its own with the files that the command lines speak of, made afresh for every one and gone afterwards.
//
//     const Scratch scratch;                       // and now the working directory is there
//     const auto before = scratch.files();
//
// | file           | what                                                                  |
// |----------------|-----------------------------------------------------------------------|
// | `ram512.img`   | 512 MiB, as all of them without a written byte                        |
// | `ram1.img`     | 1 MiB                                                                 |
// | `ram1g.img`    | 1 GiB                                                                 |
// | `odd.img`      | 512 MiB + 100                                                         |
// | `empty.img`    | 0                                                                     |
// | `readonly.img` | 512 MiB, mode 0444                                                    |
// | `dir`, `rodir` | directories, mode 0777 and 0555                                       |
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include <unistd.h>

namespace oracle {

class Scratch {
public:
    Scratch() : came_from_(std::filesystem::current_path()) {
        namespace fs = std::filesystem;
        std::string name = (fs::temp_directory_path() / "options-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw fs::filesystem_error("no scratch directory", std::error_code());
        place_ = name;
        fs::current_path(place_);
        fs::permissions(".", fs::perms{0755});
        constexpr std::uint64_t mib = 1 << 20;
        file("ram512.img", 512 * mib);
        file("ram1.img", mib);
        file("ram1g.img", 1024 * mib);
        file("odd.img", 512 * mib + 100);
        file("empty.img", 0);
        file("readonly.img", 512 * mib);
        fs::permissions("readonly.img", fs::perms{0444});
        for (const auto& [directory, mode] : {std::pair{"dir", 0777u}, {"rodir", 0555u}}) {
            fs::create_directory(directory);
            fs::permissions(directory, fs::perms{mode});
        }
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::current_path(came_from_, ignored);
        std::filesystem::remove_all(place_, ignored);
    }

    /// Every file with its size, those in directories too.
    std::map<std::string, std::uint64_t> files() const {
        std::map<std::string, std::uint64_t> sizes;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(place_))
            if (entry.is_regular_file())
                sizes[std::filesystem::relative(entry, place_).string()] = entry.file_size();
        return sizes;
    }

private:
    static void file(const char* name, std::uint64_t size) {
        std::ofstream(name).close();
        std::filesystem::resize_file(name, size);
    }

    std::filesystem::path came_from_, place_;
};

/// An ordinary user for as long as this lives, where the process may become one.
class Unprivileged {
public:
    explicit Unprivileged(bool wanted) : changed_(wanted && ::geteuid() == 0) {
        constexpr uid_t nobody = 65534;
        if (changed_ && ::seteuid(nobody) != 0) changed_ = false;
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;
    ~Unprivileged() {
        if (changed_) static_cast<void>(::seteuid(0) + 0);
    }

private:
    bool changed_;
};

}  // namespace oracle
