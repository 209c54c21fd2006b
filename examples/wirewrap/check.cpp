// wirewrap check: whether a board takes a RAM size, and where the guest sees it; one question, or a line of JSON for each
// line of standard input.
#include <charconv>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "examples/wirewrap/catalog.hpp"
#include "examples/wirewrap/commands.hpp"
#include "examples/wirewrap/ram_request.hpp"
#include "examples/wirewrap/spelling.hpp"

namespace command {

namespace {

using nlohmann::ordered_json;
using wirewrap::BoardDescription;
using wirewrap::Bytes;
using wirewrap::Expected;
using wirewrap::RamWindow;

/// What is known of a question when it is answered.
struct Question {
    std::string_view board;               // as it was written
    std::optional<std::uint64_t> size{};  // bytes asked for, when it was a number
};

ordered_json window_json(const RamWindow& window) {
    return ordered_json::array({window.base.value, window.size.count, window.offset.count});
}

/// One line, with the windows before overlays are taken out. Text that is not UTF-8 cannot be in JSON; its bytes are replaced.
std::string answer(const Question& question, const BoardDescription* board, const Expected<Bytes>& ram) {
    ordered_json windows = ordered_json::array();
    if (ram)
        for (const RamWindow& window : board->wired_windows(*ram)) windows.push_back(window_json(window));
    ordered_json line;
    line["board"] = board != nullptr ? board->name : question.board;
    line["size"] = question.size ? ordered_json(*question.size) : ordered_json();
    line["ok"] = ram.has_value();
    line["ram_size"] = ram ? ordered_json(ram->count) : ordered_json();
    line["windows"] = std::move(windows);
    line["error"] = ram ? ordered_json() : ordered_json(ram.error().message);
    return line.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> words;
    constexpr std::string_view blanks = " \t\r";
    for (std::size_t begin = line.find_first_not_of(blanks); begin != line.npos;
         begin = line.find_first_not_of(blanks, begin)) {
        const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
        words.push_back(line.substr(begin, end - begin));
        begin = end;
    }
    return words;
}

Expected<std::uint64_t> decimal(std::string_view word) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error == std::errc::result_out_of_range && end == word.data() + word.size())
        return wirewrap::fail(in_quotes(word), " does not fit into 64 bits; write fewer bytes than 2^64");
    if (error != std::errc{} || end != word.data() + word.size())
        return wirewrap::fail(in_quotes(word), " is not a number of bytes; write decimal digits only");
    return number;
}

std::string answer_line(std::string_view line, wirewrap::QemuRelease release) {
    const std::vector<std::string_view> words = words_of(line);
    Question question{.board = words.empty() ? std::string_view{} : words[0]};
    if (words.size() != 2)
        return answer(question, nullptr,
                      wirewrap::fail("the line has ", words.size(), words.size() == 1 ? " word" : " words",
                                     "; write two, BOARD BYTES"));
    const auto size = decimal(words[1]);
    if (size) question.size = *size;
    const auto board = find_board(words[0], release);
    if (!board) return answer(question, nullptr, std::unexpected(board.error()));
    if (!size) return answer(question, *board, std::unexpected(size.error()));
    return answer(question, *board, ram_of(**board, Bytes{*size}));
}

int check_batch(wirewrap::QemuRelease release) {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) {
        fmt::print("{}\n", answer_line(line, release));
        // Whoever asks line by line waits for each answer.
        if (std::cin.rdbuf()->in_avail() <= 0) std::fflush(stdout);
    }
    return 0;
}

void print_windows(const BoardDescription& board, Bytes ram) {
    fmt::print("{} takes {} of RAM ({} bytes):\n", board.name, wirewrap::sentence(ram).view(), ram.count);
    for (const RamWindow& window : board.ram_windows(ram))
        fmt::print("  {}  {} from offset {}{}\n", wirewrap::sentence(window.range()).view(),
                   wirewrap::sentence(window.size).view(),
                   wirewrap::sentence(wirewrap::GuestAddress{window.offset.count}).view(),
                   window.mirror ? ", once more" : "");
}

}  // namespace

Expected<int> check(const CheckRequest& request) {
    if (request.batch) return check_batch(request.release);
    const auto board = find_board(request.board, request.release);
    if (!board) return std::unexpected(board.error());
    const Expected<Bytes> asked = request.memory
                                      ? wirewrap::parse_size(*request.memory, wirewrap::ram_option_unit)
                                      : Bytes{};
    if (!asked) return wirewrap::fail("-m: ", asked.error().message);
    const Expected<Bytes> ram = ram_of(**board, *asked);
    if (request.json)
        fmt::print("{}\n", answer({.board = request.board, .size = asked->count}, *board, ram));
    else if (!ram)
        return std::unexpected(ram.error());
    else
        print_windows(**board, *ram);
    return ram ? 0 : 1;
}

}  // namespace command
