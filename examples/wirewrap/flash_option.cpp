#include "examples/wirewrap/flash_option.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <wirewrap/config/key_values.hpp>

#include "examples/wirewrap/disk_option.hpp"

namespace command {

using namespace wirewrap;

namespace {

/// Decimal, or hexadecimal after 0x.
Expected<std::uint64_t> number_of(const config::Property& property) {
    const bool hex = property.value.starts_with("0x") || property.value.starts_with("0X");
    const std::string_view digits = std::string_view(property.value).substr(hex ? 2 : 0);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, hex ? 16 : 10);
    if (error != std::errc{} || end != digits.end())
        return fail(property.name, "=", property.value, " is no number: write it as 123 or 0x7b");
    return value;
}

/// The flash bank of a file; without a number the first that is free.
Expected<void> fill_bank(std::optional<std::uint64_t> unit, std::string_view file, RunRequest& request) {
    const std::size_t banks = request.flash.size();
    if (!unit)
        unit = static_cast<std::uint64_t>(
            std::ranges::find_if(request.flash, [](const auto& bank) { return !bank; }) -
            request.flash.begin());
    if (*unit >= banks)
        return fail("the board has ", banks, " flash banks, unit 0 and 1, and no unit ", *unit);
    auto& bank = request.flash[*unit];
    if (bank) return fail("flash bank ", *unit, " has ", *bank, " already, and cannot have ", file, " too");
    bank = file;
    return {};
}

std::vector<std::byte> bytes_of(std::uint64_t value, std::uint64_t length, bool big_endian) {
    std::vector<std::byte> bytes;
    for (std::uint64_t i = 0; i != length; ++i) bytes.push_back(static_cast<std::byte>(value >> 8 * i));
    if (big_endian) std::ranges::reverse(bytes);
    return bytes;
}

struct LoaderProperties {
    std::optional<std::uint64_t> address{}, data{}, data_length{}, cpu{};
    std::optional<std::string> file{};
    bool raw = false, big_endian = false;
};

Expected<void> read_property(const config::Property& property, LoaderProperties& loader) {
    const auto number = [&](std::optional<std::uint64_t>& target) -> Expected<void> {
        const auto value = number_of(property);
        if (!value) return std::unexpected(value.error());
        target = *value;
        return {};
    };
    const auto on = [&](bool& target) -> Expected<void> {
        const auto value = switch_of(property);
        if (!value) return std::unexpected(value.error());
        target = *value;
        return {};
    };
    if (property.name == "addr") return number(loader.address);
    if (property.name == "data") return number(loader.data);
    if (property.name == "data-len") return number(loader.data_length);
    if (property.name == "cpu-num") return number(loader.cpu);
    if (property.name == "force-raw") return on(loader.raw);
    if (property.name == "data-be") return on(loader.big_endian);
    if (property.name == "file")
        loader.file = property.value;
    else if (property.name != "driver" && property.name != "id")
        return fail("the loader has no property ", property.name,
                    ": write file, addr, cpu-num, force-raw, data, data-len or data-be");
    return {};
}

Expected<LoaderRequest> loader_of(const LoaderProperties& loader) {
    LoaderRequest request{.file = loader.file, .raw = loader.raw, .starts = loader.cpu.has_value()};
    if (loader.cpu && *loader.cpu != 0)
        return fail("cpu-num=", *loader.cpu, ": the board has one hart, number 0: write cpu-num=0");
    if (loader.file && (loader.data || loader.data_length))
        return fail("file and data are both given: leave one out");
    if (loader.data.has_value() != loader.data_length.has_value())
        return fail("data and data-len belong together: give both");
    if (loader.data) {
        constexpr std::uint64_t most = 8;
        if (*loader.data_length == 0 || *loader.data_length > most)
            return fail("data-len=", *loader.data_length, ": a number has 1 to ", most, " bytes");
        if (*loader.data_length < most && *loader.data >> 8 * *loader.data_length != 0)
            return fail("data=", *loader.data, " has more than data-len=", *loader.data_length, " bytes");
        if (!loader.address) return fail("data needs the address that it goes to: write addr=ADDRESS");
        if (loader.cpu) return fail("data is no program, so that cpu-num cannot begin there: leave it out");
        request.data = bytes_of(*loader.data, *loader.data_length, loader.big_endian);
    } else if (!loader.file && !(loader.cpu && loader.address)) {
        return fail("the loader has nothing to do: give file=FILE, data and data-len, or addr and cpu-num");
    }
    request.address = loader.address.value_or(0);
    return request;
}

}  // namespace

Expected<bool> switch_of(const config::Property& property) {
    for (const std::string_view yes : {"on", "yes", "true", "y"})
        if (property.value == yes) return true;
    for (const std::string_view no : {"off", "no", "false", "n"})
        if (property.value == no) return false;
    return fail(property.name, "=", property.value, " is no switch: write on or off");
}

Expected<void> take_pflash(std::string_view file, RunRequest& request) {
    return fill_bank(std::nullopt, file, request);
}

Expected<void> take_drive(std::string_view text, RunRequest& request) {
    const auto properties = config::parse_key_values(text);
    if (!properties) return std::unexpected(properties.error());
    std::string interface, file;
    std::optional<std::uint64_t> unit;
    for (const config::Property& property : *properties)
        if (property.name == "if") interface = property.value;
    if (interface == "virtio" || interface == "none") return take_disk(*properties, request);
    for (const config::Property& property : *properties) {
        if (property.name == "if") continue;
        if (property.name == "file") {
            file = property.value;
        } else if (property.name == "unit" || property.name == "index") {
            const auto number = number_of(property);
            if (!number) return std::unexpected(number.error());
            unit = *number;
        } else if (property.name == "format") {
            if (property.value != "raw")
                return fail("format=", property.value, ": only format=raw is read: convert the file");
        } else if (property.name == "readonly" || property.name == "read-only" ||
                   property.name == "snapshot") {
            if (const auto valid = switch_of(property); !valid) return std::unexpected(valid.error());
        } else if (property.name != "id" && property.name != "cache" && property.name != "media") {
            return fail(property.name, " is nothing that a drive has here: leave it out");
        }
    }
    if (interface != "pflash")
        return fail(
            "the board has flash banks, and disks on virtio: write if=pflash, if=virtio, or if=none with a "
            "-device virtio-blk-device");
    if (file.empty()) return fail("there is no file=FILE to fill the flash bank with");
    return fill_bank(unit, file, request);
}

Expected<void> take_device(std::string_view text, RunRequest& request) {
    const auto properties = config::parse_key_values(text, "driver");
    if (!properties) return std::unexpected(properties.error());
    LoaderProperties loader;
    std::string driver;
    for (const config::Property& property : *properties)
        if (property.name == "driver") driver = property.value;
    if (driver.starts_with("virtio-")) return take_virtio(driver, *properties, request);
    if (driver != "loader")
        return fail("the board has no ", driver.empty() ? "device without a name" : driver,
                    ", and no PCI or USB to put one on: leave it out");
    for (const config::Property& property : *properties)
        if (const auto read = read_property(property, loader); !read) return std::unexpected(read.error());
    auto made = loader_of(loader);
    if (!made) return std::unexpected(made.error());
    request.loaders.push_back(std::move(*made));
    return {};
}

}  // namespace command
