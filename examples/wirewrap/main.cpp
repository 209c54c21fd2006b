// wirewrap: lists boards, shows their memory maps, checks RAM sizes, and runs firmware on them.
//
//     tools/bazel run //examples:wirewrap                                  U-Boot on riscv64/virt
//     tools/bazel run //examples:wirewrap -- map riscv64/virt -m 1G
#include <cstdio>
#include <exception>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/core.h>

#include "examples/wirewrap/arguments.hpp"
#include "examples/wirewrap/commands.hpp"

namespace {

using namespace command;

struct Perform {
    wirewrap::Expected<int> operator()(const Information& information) const {
        fmt::print("{}", information.text);
        return 0;
    }
    wirewrap::Expected<int> operator()(const BoardsRequest& request) const { return list_boards(request); }
    wirewrap::Expected<int> operator()(const MapRequest& request) const { return show_map(request); }
    wirewrap::Expected<int> operator()(const WriteRequest& request) const { return write_files(request); }
    wirewrap::Expected<int> operator()(const CheckRequest& request) const { return check(request); }
    wirewrap::Expected<int> operator()(const ConfigRequest& request) const { return config(request); }
    wirewrap::Expected<int> operator()(const RunRequest& request) const { return run(request); }
    wirewrap::Expected<int> operator()(const ProfileRequest& request) const { return profile(request); }
    wirewrap::Expected<int> operator()(const RamRequest& request) const { return ram(request); }
};

wirewrap::Expected<int> perform(int argc, char** argv) {
    const std::vector<std::string_view> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const auto request = parse_arguments(words);
    if (!request) return std::unexpected(request.error());
    auto status = std::visit(Perform{}, *request);
    if (status && (std::fflush(stdout) != 0 || std::ferror(stdout) != 0))
        return wirewrap::fail("standard output cannot be written; send it to where there is room");
    return status;
}

void complain(std::string_view sentence) { fmt::print(stderr, "wirewrap: {}\n", sentence); }

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto status = perform(argc, argv);
        if (status) return *status;
        complain(status.error().message);
    } catch (const std::exception& error) {  // of CLI11, fmt and the standard library
        complain(error.what());
    }
    return 1;
}
