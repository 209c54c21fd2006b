// The options of a QEMU command line that speak of memory, taken apart one by one.
//
//     const std::array<std::string_view, 4> words{"-m", "1G", "-mem-path", "/dev/hugepages"};
//     auto line = parse_command_line(words);
//     line->memory.size, line->mem_path;                     // 1_GiB, "/dev/hugepages"
//
// Options that say nothing about memory are kept in `others`; an unknown one is an error. Every error begins with the option
// as it was written.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/command_options.hpp>
#include <wirewrap/config/machine_option.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/numa_option.hpp>
#include <wirewrap/config/object_option.hpp>
#include <wirewrap/config/option_files.hpp>
#include <wirewrap/config/smp_option.hpp>

namespace wirewrap::config {

/// What else is needed to read options.
struct Reading {
    JsonReader json = nullptr;  // parse_json_object of json_object.hpp; left out: JSON is refused
};

struct CommandLine {
    template <class Option>
    struct Written {
        Option option;
        std::string text;  // "-numa node,memdev=m0", for sentences
    };

    MachineOption machine{};
    MemoryOption memory{};  // of -m and -machine together
    std::vector<Written<ObjectOption>> objects{};
    std::vector<Written<NumaOption>> numa{};
    std::vector<Written<Properties>> devices{};  // the driver is the property `driver`
    std::optional<std::string> mem_path{};
    bool mem_prealloc = false;
    std::vector<Written<const CommandOption*>> others{};  // of which nothing comes
};

namespace detail {

/// Of a list, the last word on `name`, or of an option without a list its first word.
inline std::string value_of(const Properties& properties, std::string_view name) {
    std::string value;
    for (const Property& p : properties)
        if (p.name == name) value = p.value;
    return value;
}

class CommandLineReader {
public:
    explicit CommandLineReader(Reading reading) : reading_(reading) {}

    Expected<CommandLine> read(std::span<const std::string> words) {
        for (std::size_t i = 0; i != words.size(); ++i) {
            const std::string& word = words[i];
            const std::string_view name = one_dash(word);
            const CommandOption* const option = find_command_option(word);
            if (option == nullptr) return unknown(name);
            if (option->use == CommandUse::refused) return fail(name, ": ", option->why);
            if (option->value && i + 1 == words.size()) return fail(name, " needs a value after it");
            const std::string value = option->value ? words[++i] : std::string();
            const std::string written = option->value ? sentence(name, " ", value).string()
                                                      : std::string(name);
            if (const auto taken = take(*option, value, written); !taken)
                return fail(written, ": ", taken.error().message);
        }
        auto machine = read_machine_option(words_, line_.memory);
        if (!machine) return fail("-machine: ", machine.error().message);
        line_.machine = std::move(*machine);
        line_.memory = over(line_.memory, line_.machine.memory);
        return std::move(line_);
    }

private:
    static std::unexpected<Error> unknown(std::string_view name) {
        if (!name.starts_with('-'))
            return fail(name.empty() ? std::string_view("an empty word") : name,
                        " is no option: options begin with a dash");
        return fail(name, " is no option that is known here", did_you_mean(near_command_options(name)));
    }

    Expected<void> take(const CommandOption& option, const std::string& value, const std::string& written) {
        const std::string_view name = option.name;
        if (name == "-m") return add_memory_option(line_.memory, value);
        if (name == "-machine" || name == "-M") return add_machine_words(words_, value);
        if (name == "-smp") return add_smp_words(words_, value);
        if (name == "-object") return keep(parse_object(value, reading_.json), line_.objects, written);
        if (name == "-numa") return keep(parse_numa(value), line_.numa, written);
        if (name == "-device") return take_device(value, written);
        if (name == "-mem-path") return line_.mem_path = value, Expected<void>{};
        if (name == "-mem-prealloc") return line_.mem_prealloc = true, Expected<void>{};
        if (name == "-global" || name == "-overcommit" || name == "-cpu" || name == "-accel")
            if (const auto harmless = check_other(name, value); !harmless) return harmless;
        line_.others.push_back({&option, written});
        return {};
    }

    template <class Option, class List>
    static Expected<void> keep(Expected<Option> parsed, List& list, const std::string& written) {
        if (!parsed) return std::unexpected(parsed.error());
        list.push_back({std::move(*parsed), written});
        return {};
    }

    Expected<void> take_device(const std::string& value, const std::string& written) {
        auto properties = parse_list_or_json(value, "driver", reading_.json);
        if (!properties) return std::unexpected(properties.error());
        const std::string driver = value_of(*properties, "driver");
        if (driver.empty()) return fail("the driver is missing: write it first, such as pc-dimm");
        constexpr std::array<std::string_view, 6> memory{"nvdimm", "virtio-mem", "virtio-pmem",
                                                         "cxl-",   "sgx-epc",    "hv-balloon"};
        for (const std::string_view other : memory)
            if (driver.starts_with(other))
                return fail(driver,
                            " is memory of a kind that is not known here: use pc-dimm, or leave it out");
        if (driver != "pc-dimm") {
            constexpr std::array<std::string_view, 1> known{"pc-dimm"};
            std::string alike(driver);
            for (char& c : alike)
                c = c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            if (const auto near = nearest(alike, known); !near.empty())
                return fail("there is no device ", driver, did_you_mean(near));
            if (std::ranges::find(*properties, std::string_view("memdev"), &Property::name) !=
                properties->end())
                return fail(
                    driver,
                    " makes a memory backend its own memory, and only a pc-dimm does that here: leave "
                    "it out");
        }
        if (driver == "help" || driver == "?")
            return fail("it prints something and starts no machine: leave it out");
        line_.devices.push_back({std::move(*properties), written});
        return {};
    }

    /// Options that say something about RAM only sometimes.
    static Expected<void> check_other(std::string_view name, const std::string& value) {
        if (name == "-cpu") return check_cpu(value);
        const auto properties = parse_key_values(value, name == "-global"  ? "driver"
                                                        : name == "-accel" ? "accel"
                                                                           : "");
        if (!properties) return std::unexpected(properties.error());
        if (name == "-accel") {
            const Property accelerator{.name = "accel", .value = value_of(*properties, "accel")};
            if (accelerator.value.find(':') != accelerator.value.npos)
                return wrong(accelerator,
                             "one accelerator is named here: repeat -accel, or write -machine accel=");
            return check_value(accelerator, *find_machine_property("accel"));
        }
        if (name == "-overcommit") {
            const Property* last = nullptr;  // the word on mem-lock that counts
            bool named = false;
            for (const Property& p : *properties)
                if (p.name == "mem-lock") last = &p;
            for (const Property& p : *properties) {
                if (p.name == "id") {  // the first counts
                    if (const auto id = read_identifier(p); !id && !named) return std::unexpected(id.error());
                    named = true;
                    continue;
                }
                const auto on = read_switch(p);
                if (!on) return std::unexpected(on.error());
                if (p.name == "mem-lock" && *on && &p == last)
                    return fail("it locks RAM in the host's memory, which is not done here: leave it out");
                if (p.name != "mem-lock" && p.name != "cpu-pm")
                    return fail(p.name, " is nothing that -overcommit knows: write mem-lock or cpu-pm");
            }
            return {};
        }
        // driver=…,property=… or DRIVER.PROPERTY=…
        const std::string said = value_of(*properties, "driver"), driver = said.empty() ? value : said;
        if (driver.starts_with("pc-dimm") || driver.starts_with("memory-backend"))
            return fail("it gives memory other properties: write them with -device or -object");
        return {};
    }

    /// Boards say how many addresses there are, of the CPU that they have by default.
    static Expected<void> check_cpu(const std::string& value) {
        constexpr std::array<std::string_view, 10> narrow{"486",    "athlon",  "coreduo",  "kvm32",
                                                          "n270",   "pentium", "pentium2", "pentium3",
                                                          "qemu32", "pentium4"};
        const std::string model = value.substr(0, value.find(','));
        for (const std::string_view one : narrow)
            if (model == one || model == std::string(one) + "-v1")
                return fail(
                    "a CPU of 32 bits has fewer addresses than the board: use another, or leave -cpu out");
        if (value.find("phys-bits") != value.npos || value.find("phys_bits") != value.npos)
            return fail("it says how many addresses there are, which the board says: leave it out");
        return {};
    }

    Reading reading_;
    MachineWords words_;
    CommandLine line_;
};

}  // namespace detail

/// `words` are the options, as after a program's name. Options of files are read as well.
inline Expected<CommandLine> parse_command_line(std::span<const std::string_view> words,
                                                Reading reading = {}) {
    return detail::reading([&]() -> Expected<CommandLine> {
        const auto all = expand_option_files(words);
        if (!all) return std::unexpected(all.error());
        return detail::CommandLineReader(reading).read(*all);
    });
}

}  // namespace wirewrap::config
