// `-device pc-dimm,memdev=ID`: backends that are plugged into the room between the RAM size and maxmem.
//
//     MemoryDevices devices;
//     devices.plug(properties, features, sizes, ram_ids, 1, size_of);      // properties: {driver, pc-dimm}, {memdev, m0}
//     devices.plugged();                                                // 512_MiB
//
//     |---- main RAM ----|---- dimm ----|---- dimm ----|···· room ····|
//     0                 -m                                          maxmem
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

class MemoryDevices {
public:
    using FindBackend = std::function<std::optional<Bytes>(std::string_view)>;

    /// `nodes`: how many NUMA nodes there are.
    Expected<void> plug(const Properties& device, const MachineFeatures& machine, const RamSizes& sizes,
                        std::span<const std::string> ram, std::size_t nodes, const FindBackend& find) {
        std::string driver, memdev;
        for (const Property& property : device) {
            if (property.name == "driver") driver = property.value;
            if (property.name == "memdev") memdev = property.value;
        }
        if (driver != "pc-dimm")
            return fail("of all devices only pc-dimm has to do with memory: leave others out");
        if (!machine.memory_devices) return fail("this machine has no memory devices");
        if (memdev.empty()) return fail("memdev is missing: name a memory backend");
        const auto size = find(memdev);
        if (!size)
            return fail("memdev=", memdev, ": there is no such memory backend: create it with -object");
        if (std::ranges::find(ram, memdev) != ram.end() || std::ranges::find(ids_, memdev) != ids_.end())
            return fail("memdev=", memdev, " is in use: give each device a backend of its own");
        if (sizes.slots == 0) return fail("the machine has no slots: add slots=1 and a larger maxmem to -m");
        if (ids_.size() == sizes.slots)
            return fail("all ", sizes.slots, sizes.slots == 1 ? " slot is" : " slots are",
                        " taken: raise slots in -m");
        const auto slot = read_place(device, sizes.slots, nodes);
        if (!slot) return std::unexpected(slot.error());
        const Bytes room = sizes.maximum - sizes.ram - plugged_;
        if (*size > room)
            return fail("memdev=", memdev, " has ", *size, ", but of the room for memory devices ", room,
                        " is left: raise maxmem in -m");
        ids_.push_back(memdev);
        taken_.insert(*slot);
        plugged_ += *size;
        return {};
    }

    const std::vector<std::string>& ids() const { return ids_; }
    Bytes plugged() const { return plugged_; }

private:
    /// The slot, which is the first free one unless the device names another.
    Expected<std::uint64_t> read_place(const Properties& device, std::uint64_t slots,
                                       std::size_t nodes) const {
        std::uint64_t slot = 0, node = 0, address = 0;
        while (taken_.contains(slot)) ++slot;
        const auto number = [](std::uint64_t most) {
            return [most](const Property& property) { return read_number(property, most); };
        };
        for (const Property& property : device) {
            Expected<void> stored;
            if (property.name == "slot")
                stored = store(number(slots - 1), property, slot);
            else if (property.name == "node")
                stored = store(number(std::max<std::size_t>(nodes, 1) - 1), property, node);
            else if (property.name == "addr")  // which the RAM itself does not depend on
                stored = store(number(std::numeric_limits<std::uint64_t>::max()), property, address);
            else if (property.name != "driver" && property.name != "memdev" && property.name != "id")
                return fail(property.name, " is no property of pc-dimm");
            if (!stored) return std::unexpected(stored.error());
        }
        if (taken_.contains(slot)) return fail("slot=", slot, " is taken: name another, or leave it out");
        return slot;
    }

    std::vector<std::string> ids_;
    std::set<std::uint64_t> taken_;
    Bytes plugged_{};
};

}  // namespace wirewrap::config
