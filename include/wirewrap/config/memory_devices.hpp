// `-device pc-dimm,memdev=ID`: backends that are plugged into the room between the RAM size and maxmem.
//
//     MemoryDevices devices;
//     devices.plug(properties, features, sizes, ram_ids, size_of);      // properties: {driver, pc-dimm}, {memdev, m0}
//     devices.plugged();                                                // 512_MiB
//
//     |---- main RAM ----|---- dimm ----|---- dimm ----|···· room ····|
//     0                 -m                                          maxmem
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
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

    Expected<void> plug(const Properties& device, const MachineFeatures& machine, const RamSizes& sizes,
                        std::span<const std::string> ram, const FindBackend& find) {
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
        const Bytes room = sizes.maximum - sizes.ram - plugged_;
        if (*size > room)
            return fail("memdev=", memdev, " has ", *size, ", but of the room for memory devices ", room,
                        " is left: raise maxmem in -m");
        ids_.push_back(memdev);
        plugged_ += *size;
        return {};
    }

    const std::vector<std::string>& ids() const { return ids_; }
    Bytes plugged() const { return plugged_; }

private:
    std::vector<std::string> ids_;
    Bytes plugged_{};
};

}  // namespace wirewrap::config
