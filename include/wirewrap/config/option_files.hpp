// Options that are in files: `@FILE` holds words as on a command line, `-readconfig FILE` groups as QEMU writes them. Both are
// replaced by the options that they hold, where they stand.
//
//     vm.args:  -m 1G -mem-path "/dev/huge pages"      # words, quoted as in a shell
//     vm.cfg:   [object "m0"]
//                 qom-type = "memory-backend-ram"
//                 size = "1G"
//
//     const auto words = expand_option_files(std::array<std::string_view, 3>{"@vm.args", "-readconfig", "vm.cfg"});
//     // -m 1G -mem-path "/dev/huge pages" -object id=m0,qom-type=memory-backend-ram,size=1G
//
// A file has at most 1 MiB, a line of a group file 1023 characters, and files name files at most eight levels deep.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/assignments.hpp>
#include <wirewrap/config/command_options.hpp>
#include <wirewrap/config/near_miss.hpp>
#include <wirewrap/config/number.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::config {

namespace detail {

/// The whole of a regular file, which is as large as it may be at most.
inline Expected<std::string> read_option_file(const std::string& path) {
    constexpr std::size_t most = std::size_t{1} << 20;
    namespace os = hostmem::os;
    const auto file = os::open_file(path, O_RDONLY);
    if (!file) return fail(path, " cannot be opened: ", os::text(file.error()));
    const auto status = os::status(*file);
    if (!status || !S_ISREG(status->st_mode)) return fail(path, " is no regular file");
    std::string text;
    for (std::array<char, 4096> part;;) {
        const ::ssize_t got = ::read(file->number(), part.data(), part.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail(path, " cannot be read: ", os::text({errno}));
        if (got == 0) break;
        text.append(part.data(), static_cast<std::size_t>(got));
        if (text.size() > most) return fail(path, " has more than 1 MiB, which is more than options need");
    }
    if (text.find('\0') != text.npos) return fail(path, " has a byte that is zero, so it is no text");
    return text;
}

/// Words with blanks between. Quotes keep blanks in a word: in single ones everything is as it is written, in double ones and
/// outside a backslash takes away the meaning of the character after it. From a # that begins a word on, a line is a comment.
inline Expected<std::vector<std::string>> words_of_text(std::string_view text) {
    std::vector<std::string> words;
    std::optional<std::string> word;
    const auto add = [&word](std::string_view more) { (word ? *word : word.emplace()) += more; };
    char quote = 0;
    for (std::size_t i = 0; i != text.size(); ++i) {
        const char c = text[i];
        if (quote != 0 && c == quote) {
            quote = 0;
        } else if (c == '\\' && quote != '\'') {
            if (++i == text.size()) return fail("a backslash stands at the end");
            add(text.substr(i, 1));
        } else if (quote != 0) {
            *word += c;
        } else if (c == '"' || c == '\'') {
            quote = c;
            add("");
        } else if (is_blank(c)) {
            if (word) words.push_back(std::move(*word));
            word.reset();
        } else if (c == '#' && !word) {
            i = std::min(text.find('\n', i), text.size()) - 1;
        } else {
            add(text.substr(i, 1));
        }
    }
    if (quote != 0) return fail("a quote is open at the end: close it");
    if (word) words.push_back(std::move(*word));
    return words;
}

/// A group of a file, and the option that says the same.
struct OptionGroup {
    std::string_view group, option;
};
inline constexpr auto option_groups = std::to_array<OptionGroup>({
    {"memory", "-m"},       {"machine", "-machine"},
    {"smp-opts", "-smp"},   {"object", "-object"},
    {"numa", "-numa"},      {"device", "-device"},
    {"accel", "-accel"},    {"global", "-global"},
    {"drive", "-drive"},    {"chardev", "-chardev"},
    {"netdev", "-netdev"},  {"net", "-net"},
    {"nic", "-nic"},        {"mon", "-mon"},
    {"rtc", "-rtc"},        {"name", "-name"},
    {"boot-opts", "-boot"}, {"overcommit", "-overcommit"},
    {"msg", "-msg"},        {"sandbox", "-sandbox"},
    {"trace", "-trace"},    {"option-rom", "-option-rom"},
    {"fw_cfg", "-fw_cfg"},  {"icount", "-icount"},
    {"plugin", "-plugin"},  {"action", "-action"},
    {"add-fd", "-add-fd"},  {"acpi", "-acpitable"},
    {"tpmdev", "-tpmdev"},  {"fsdev", "-fsdev"},
    {"virtfs", "-virtfs"},  {"iscsi", "-iscsi"},
    {"spice", "-spice"},    {"smbios", "-smbios"},
});

/// `[group]` or `[group "id"]`, `name = "value"`, and lines that are empty or begin with #. Of a group the last word on a name
/// counts, on an id as well, whatever the option does with names that are there twice.
class GroupFile {
public:
    Expected<std::vector<std::string>> words(std::string_view text) {
        for (std::size_t number = 1; !text.empty(); ++number) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            std::string_view line = text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
            if (line.ends_with('\r')) line.remove_suffix(1);
            const auto read = line.size() > 1023 ? fail("the line has more than 1023 characters")
                                                 : take(line);
            if (!read) return fail("line ", number, ": ", read.error().message);
        }
        if (const auto finished = finish(); !finished) return std::unexpected(finished.error());
        return std::move(words_);
    }

private:
    static void skip_blanks(std::string_view& text) {
        while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    }
    static bool is_rest(std::string_view text) {
        skip_blanks(text);
        return text.empty() || text.front() == '#';
    }

    Expected<void> take(std::string_view line) {
        if (line.empty() || line.front() == '#') return {};
        return line.front() == '[' ? begin_group(line.substr(1)) : add_value(line);
    }
    Expected<void> begin_group(std::string_view line) {
        if (const auto finished = finish(); !finished) return finished;
        const std::size_t end = line.find_first_of(" ]");
        const std::string_view name = line.substr(0, std::min(end, line.size()));
        const auto found = std::ranges::find(option_groups, name, &OptionGroup::group);
        if (found == option_groups.end())
            return fail("there is no group ", name,
                        did_you_mean(nearest(name, option_groups, &OptionGroup::group, &OptionGroup::group)));
        group_ = &*found;
        line.remove_prefix(name.size());
        const std::string_view behind = line;
        skip_blanks(line);
        if (!line.starts_with('"')) {
            line = behind;  // a blank before ] is part of a name, which no group has
        } else {
            const std::size_t close = line.find('"', 1);
            if (close == line.npos) return fail("the quote after ", name, " is open: close it");
            if (close == 1) return fail("an id is empty: write one between the quotes, or leave them out");
            if (close > longest_name + 1) return fail("an id has more than ", longest_name, " characters");
            said_.push_back({"id", std::string(line.substr(1, close - 1))});
            line.remove_prefix(close + 1);
            skip_blanks(line);
        }
        if (!line.starts_with(']') || !is_rest(line.substr(1)))
            return fail("a group begins with [", name, "] or [", name, " \"ID\"]");
        return {};
    }
    Expected<void> add_value(std::string_view line) {
        if (group_ == nullptr) return fail("no group begins before it: write [memory] or another first");
        skip_blanks(line);
        const std::size_t end = std::min(line.find_first_of(" \t=\""), line.size());
        const std::string_view name = line.substr(0, end);
        line.remove_prefix(end);
        const bool blank = !line.empty() && is_blank(line.front());
        skip_blanks(line);
        const bool equals = line.starts_with('=');
        if (equals) line.remove_prefix(1);
        skip_blanks(line);
        const std::size_t close = line.starts_with('"') ? line.find('"', 1) : line.npos;
        if (name.empty() || name.size() > longest_name || !blank || !equals || close == line.npos ||
            !is_rest(line.substr(close + 1)))
            return fail("write NAME = \"VALUE\", with a blank after the name and quotes round the value");
        said_.push_back({std::string(name), std::string(line.substr(1, close - 1))});
        return {};
    }
    Expected<void> finish() {
        if (group_ == nullptr) return {};
        Properties said = last_words(said_);
        if (group_->group == "object")
            for (const std::string_view list : {"host-nodes", "cpu-affinity", "node-affinity"})
                if (const auto joined = join(list, said); !joined)
                    return fail("the group [object] before: ", joined.error().message);
        std::string text;
        for (const Property& p : said) {
            text.append(text.empty() ? "" : ",").append(p.name).append("=");
            for (const char c : p.value) text.append(c == ',' ? 2 : 1, c);
        }
        words_.emplace_back(group_->option);
        words_.push_back(std::move(text));
        group_ = nullptr;
        said_.clear();
        return {};
    }
    /// Elements of an object's list have names here, host-nodes.0 and so on; the option repeats the list's.
    static Expected<void> join(std::string_view list, Properties& said) {
        const auto is_element = [&](const Property& p) {
            return p.name.starts_with(list) && p.name.substr(list.size()).starts_with('.');
        };
        const auto count = static_cast<std::uint64_t>(std::ranges::count_if(said, is_element));
        for (Property& p : said) {
            if (p.name == list)
                return fail(list, " is a list: write ", list, ".0 = \"", p.value, "\", and .1 for one more");
            if (!is_element(p)) continue;
            const auto place = whole_number(std::string_view(p.name).substr(list.size() + 1));
            if (!place || *place >= count || p.name != sentence(list, ".", *place).view())
                return fail(p.name, ": the elements of ", list, " are numbered 0 to ", count - 1);
            const auto number = read_count(p);
            if (!number) return std::unexpected(number.error());
            p.name = list;
            p.value = std::to_string(*number);
        }
        return {};
    }

    static constexpr std::size_t longest_name = 63;

    std::vector<std::string> words_;
    const OptionGroup* group_ = nullptr;
    Properties said_;
};

class OptionFiles {
public:
    template <class Words>
    Expected<void> expand(const Words& words, unsigned depth) {
        for (std::size_t i = 0; i != words.size(); ++i) {
            const std::string word(words[i]);
            const CommandOption* const option = find_command_option(word);
            const bool last = i + 1 == words.size();
            if (word.starts_with('@') && word.size() > 1) {
                if (const auto read = words_file(word.substr(1), depth); !read) return read;
            } else if (option != nullptr && option->use == CommandUse::file && !last) {
                if (const auto read = group_file(std::string(words[++i])); !read) return read;
            } else {
                words_.push_back(word);
                if (option != nullptr && option->value && !last) words_.emplace_back(words[++i]);
            }
        }
        return {};
    }
    std::vector<std::string> words_;

private:
    Expected<void> words_file(const std::string& path, unsigned depth) {
        constexpr unsigned deepest = 8;
        if (depth == deepest)
            return fail("@", path, ": files name files more than ", deepest,
                        " levels deep: does one name itself?");
        const auto text = read_option_file(path);
        if (!text) return fail("@", path, ": ", text.error().message);
        const auto words = words_of_text(*text);
        if (!words) return fail("@", path, ": ", words.error().message);
        constexpr std::size_t most =
            65536;  // which eight levels of a file that names itself twice would pass
        if (words_.size() + words->size() > most)
            return fail("@", path, ": there are more than ", most, " words: does a file name itself?");
        return expand(*words, depth + 1);
    }
    Expected<void> group_file(const std::string& path) {
        const auto text = read_option_file(path);
        if (!text) return fail("-readconfig ", path, ": ", text.error().message);
        const auto words = GroupFile().words(*text);
        if (!words) return fail("-readconfig ", path, ": ", words.error().message);
        words_.insert(words_.end(), words->begin(), words->end());
        return {};
    }
};

}  // namespace detail

/// `words` with the options of files in their place. Errors name the file, and the line of a group file.
inline Expected<std::vector<std::string>> expand_option_files(std::span<const std::string_view> words) {
    return detail::reading([&]() -> Expected<std::vector<std::string>> {
        detail::OptionFiles files;
        if (const auto expanded = files.expand(words, 0); !expanded) return std::unexpected(expanded.error());
        return std::move(files.words_);
    });
}

}  // namespace wirewrap::config
