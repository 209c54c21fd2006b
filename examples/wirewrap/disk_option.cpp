#include "examples/wirewrap/disk_option.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <utility>

#include <wirewrap/config.hpp>

#include "examples/wirewrap/flash_option.hpp"
#include "examples/wirewrap/network_option.hpp"
#include "examples/wirewrap/spelling.hpp"

namespace command {

using namespace wirewrap;

namespace {

/// Properties whose only value here is what is done anyway.
Expected<bool> as_it_is(const config::Property& property) {
    struct Fixed {
        std::string_view name;
        std::array<std::string_view, 2> values;
        std::string_view why;
    };
    constexpr std::array fixed{
        Fixed{"format", {"raw", "raw"}, "only format=raw is read: convert the file"},
        Fixed{"media", {"disk", "disk"}, "the drive is a disk: leave it out"},
        Fixed{"cache",
              {"writeback", "writeback"},
              "the host's page cache keeps what is written until the guest "
              "flushes, cache=writeback: leave it out"},
        Fixed{
            "discard", {"unmap", "on"}, "what the guest discards is discarded, discard=unmap: leave it out"},
        Fixed{"werror", {"report", "report"}, "errors are told to the guest, werror=report: leave it out"},
        Fixed{"rerror", {"report", "report"}, "errors are told to the guest, rerror=report: leave it out"},
    };
    for (const Fixed& one : fixed) {
        if (property.name != one.name) continue;
        if (property.value == one.values[0] || property.value == one.values[1]) return true;
        return fail(property.name, "=", property.value, ": ", one.why);
    }
    return false;
}

/// `virtio-mmio-bus.3` is slot 3.
Expected<std::size_t> slot_of(std::string_view bus) {
    constexpr std::string_view prefix = "virtio-mmio-bus.";
    std::size_t slot = 0;
    const std::string_view digits = bus.starts_with(prefix) ? bus.substr(prefix.size()) : std::string_view{};
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), slot);
    if (digits.empty() || error != std::errc{} || end != digits.end() || slot >= virtio_slots)
        return fail("bus=", bus, ": the board has virtio-mmio-bus.0 to virtio-mmio-bus.", virtio_slots - 1);
    return slot;
}

}  // namespace

Expected<void> take_disk(const config::Properties& properties, RunRequest& request) {
    DriveRequest drive;
    for (const config::Property& property : properties) {
        const auto known = as_it_is(property);
        if (!known) return std::unexpected(known.error());
        if (*known) continue;
        const auto on = [&](bool& target) -> Expected<void> {
            const auto value = switch_of(property);
            if (!value) return std::unexpected(value.error());
            target = *value;
            return {};
        };
        Expected<void> took;
        if (property.name == "file")
            drive.file = property.value;
        else if (property.name == "if")
            drive.has_device = property.value == "virtio";
        else if (property.name == "id")
            drive.id = property.value;
        else if (property.name == "readonly" || property.name == "read-only")
            took = on(drive.read_only);
        else if (property.name == "snapshot")
            took = on(drive.snapshot);
        else
            took = fail(property.name, " is nothing that a disk has here: leave it out");
        if (!took) return took;
    }
    if (drive.file.empty()) return fail("there is no file=FILE with the sectors of the disk");
    if (drive.read_only && drive.snapshot)
        return fail("readonly=on and snapshot=on: the guest may write, or it may not: leave one of them out");
    for (const DriveRequest& other : request.drives)
        if (!drive.id.empty() && other.id == drive.id)
            return fail("id=", drive.id, " is the name of ", other.file, " already: choose another");
    if (!drive.has_device && drive.id.empty())
        return fail("if=none needs id=NAME, by which -device virtio-blk-device,drive=NAME takes it");
    request.drives.push_back(std::move(drive));
    return {};
}

Expected<void> take_virtio(std::string_view driver, const config::Properties& properties,
                           RunRequest& request) {
    VirtioRequest device;
    if (driver == "virtio-blk-device" || driver == "virtio-blk")
        device.kind = VirtioRequest::Kind::block;
    else if (driver == "virtio-rng-device" || driver == "virtio-rng")
        device.kind = VirtioRequest::Kind::entropy;
    else if (driver == "virtio-net-device" || driver == "virtio-net")
        device.kind = VirtioRequest::Kind::network;
    else if (driver.ends_with("-pci"))
        return fail("the board has no PCI: write ", driver.substr(0, driver.size() - 4), "-device");
    else
        return fail("of virtio there are virtio-blk-device, virtio-net-device and virtio-rng-device, and no ",
                    driver, ": leave it out");
    for (const config::Property& property : properties) {
        if (property.name == "driver" || property.name == "id") continue;
        if (property.name == "bus") {
            const auto slot = slot_of(property.value);
            if (!slot) return std::unexpected(slot.error());
            device.slot = *slot;
        } else if (property.name == "drive" && device.kind == VirtioRequest::Kind::block) {
            device.drive = property.value;
        } else if (property.name == "serial" && device.kind == VirtioRequest::Kind::block) {
            device.serial = property.value;
        } else if (property.name == "netdev" && device.kind == VirtioRequest::Kind::network) {
            device.network = property.value;
        } else if (property.name == "mac" && device.kind == VirtioRequest::Kind::network) {
            const auto address = mac_address(property.value);
            if (!address) return std::unexpected(address.error());
            device.address = *address;
        } else {
            return fail(driver, " has no property ", property.name, " here: leave it out");
        }
    }
    if (device.kind == VirtioRequest::Kind::block && device.drive.empty())
        return fail(driver, " needs drive=NAME, the id of a -drive with if=none");
    if (device.kind == VirtioRequest::Kind::network && device.network.empty())
        return fail(driver, " needs netdev=NAME, the id of a -netdev");
    request.virtio.push_back(std::move(device));
    return {};
}

Expected<void> take_global(std::string_view text, RunRequest& request) {
    constexpr std::string_view name = "virtio-mmio.force-legacy=";
    if (!text.starts_with(name)) return fail("only ", name, "on or off can be set for all devices");
    const auto legacy = switch_of({"force-legacy", std::string(text.substr(name.size()))});
    if (!legacy) return std::unexpected(legacy.error());
    request.virtio_version = *legacy ? 1 : 2;
    return {};
}

}  // namespace command
