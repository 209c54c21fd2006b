// Where a test has its sockets.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace wirewrap::test {

/// A path for a socket, which has to be shorter than the test's own folder may be (107 bytes, unix(7)).
inline std::string socket_path(const std::string& name) {
    struct Folder {
        Folder() { made = ::mkdtemp(path.data()) != nullptr; }
        ~Folder() {
            std::error_code ignored;
            if (made) std::filesystem::remove_all(path, ignored);
        }
        std::string path = "/tmp/wirewrap.XXXXXX";
        bool made = false;
    };
    static const Folder folder;
    return folder.path + "/" + name;
}

}  // namespace wirewrap::test
