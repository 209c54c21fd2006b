// Scripts in a Linux guest, with Debian's kernel and busybox. The packages come through apt, into the folder that WIREWRAP_LINUX
// names, or a new one.
#pragma once

#include <glob.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"

namespace wirewrap::test {

inline bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

inline std::string linux_folder() {
    const char* const given = std::getenv("WIREWRAP_LINUX");
    return given != nullptr ? given : temporary("linux");
}

/// The kernel of a suite as its package has it; empty before something was run with it.
inline std::string linux_kernel(const std::string& suite) {
    for (const char* const place : {"/root/boot/vmlinu[xz]-*", "/root/usr/lib/modules/*/vmlinu[xz]"}) {
        ::glob_t found{};
        const bool any = ::glob((linux_folder() + "/" + suite + place).c_str(), 0, nullptr, &found) == 0;
        const std::string path = any ? found.gl_pathv[0] : "";
        ::globfree(&found);
        if (any) return path;
    }
    return {};
}

struct LinuxOptions {
    std::string suite = "trixie";
    std::vector<std::string> programs{};  // for /bin
    std::string kernel{};                 // a file in place of the suite's
    std::string append = "console=ttyS0 quiet";
    std::string script =
        "script";  // the name of its file: another one for each guest that runs at the same time
};

/// Runs a script in the guest; it powers off when the script is over.
inline Finished run_linux(std::string_view commands, const std::vector<std::string>& options,
                          const LinuxOptions& with = {}) {
    std::vector<std::string> words{
        "/bin/bash", "examples/linux/run.sh",           "--folder", linux_folder(), "--suite", with.suite,
        "--script",  write_file(with.script, commands), "--append", with.append};
    if (!with.kernel.empty()) words.insert(words.end(), {"--kernel", with.kernel});
    for (const std::string& program : with.programs) words.insert(words.end(), {"--add", program});
    words.push_back("--");
    words.insert(words.end(), options.begin(), options.end());
    return run_program(words, {}, std::chrono::seconds(900));
}

}  // namespace wirewrap::test
