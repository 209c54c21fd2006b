// `-device pc-dimm,memdev=ID`: backends that are plugged into the room between the RAM size and maxmem.
//
//     MemoryDevices devices;
//     devices.plug(*read_dimm(properties), {.features = features, .sizes = sizes, .ram = ids, .room = room}, find);
//     devices.plugged();                                                // 512_MiB
//
//     |---- main RAM ----|---- dimm ----|---- dimm ----|···· room ····|
//     0                 -m                                          maxmem
#pragma once

#include <algorithm>
#include <array>
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

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/setting.hpp>

namespace wirewrap::config {

struct DimmOption {
    std::string driver{}, memdev{}, id{};
    std::optional<std::uint64_t> slot{};  // left out: the first that is free
    std::uint64_t node = 0;
    std::uint64_t address = 0;  // 0: the first place where it fits
};

namespace detail {
/// -1 leaves the choice to the machine.
inline Expected<std::optional<std::uint64_t>> read_slot(const Property& p) {
    constexpr std::uint64_t most = std::numeric_limits<std::int32_t>::max();
    const bool number = p.kind == Property::Kind::written || p.kind == Property::Kind::number;
    const ScannedNumber slot = number ? scan_number(p.value) : ScannedNumber{};
    const bool whole = slot.length != 0 && slot.length == p.value.size() && slot.fits;
    if (whole && slot.negative && slot.magnitude == 1) return std::nullopt;
    if (whole && slot.magnitude <= most && (!slot.negative || slot.magnitude == 0)) return slot.magnitude;
    return wrong(p, "write the number of a slot, or -1 for any");
}
inline constexpr auto read_dimm_node =
    read_up_to<std::numeric_limits<std::uint32_t>::max(), std::uint64_t, true>;
}  // namespace detail

inline constexpr std::array dimm_settings{
    setting<&DimmOption::driver, read_text>("driver", "pc-dimm", "may stand alone, first"),
    setting<&DimmOption::memdev, read_text>("memdev", "ID", "its memory, a memory backend"),
    Setting<DimmOption>{.name = "id",
                        .value = "ID",
                        .help = "a name for the device",
                        .put = [](const Property& p, DimmOption& dimm) -> Expected<void> {
                            if (!dimm.id.empty()) return {};  // QEMU goes by the first
                            return store(read_identifier, p, dimm.id);
                        },
                        .each = true},
    setting<&DimmOption::slot, detail::read_slot>("slot", "NUMBER", "of those that -m has; left out: any"),
    setting<&DimmOption::node, detail::read_dimm_node>("node", "NUMBER", "the NUMA node that it belongs to"),
    setting<&DimmOption::address, read_count>("addr", "NUMBER",
                                              "where the guest sees it; left out or 0: anywhere")};

inline Expected<DimmOption> read_dimm(const Properties& properties) {
    DimmOption dimm;
    if (const auto read = apply(settings(dimm_settings), properties, dimm, "pc-dimm"); !read)
        return std::unexpected(read.error());
    if (dimm.memdev.empty()) return fail("memdev is missing: name a memory backend");
    return dimm;
}

/// What a memory device is plugged into.
struct DimmMachine {
    MachineFeatures features{};
    RamSizes sizes{};
    std::span<const std::string> ram{};  // ids of the backends of main RAM
    std::size_t nodes = 1;               // NUMA nodes
    Interval room{};                     // addresses for memory devices, where they have some
};

class MemoryDevices {
public:
    struct Backend {
        std::string id;
        Bytes size{};
        Bytes page{1};  // of its own alignment
    };
    using FindBackend = std::function<std::optional<Backend>(std::string_view)>;

    Expected<void> plug(const DimmOption& dimm, const DimmMachine& machine, const FindBackend& find) {
        const RamSizes& sizes = machine.sizes;
        if (!machine.features.memory_devices) return fail("this machine has no memory devices");
        const auto backend = find(dimm.memdev);
        if (!backend)
            return fail("memdev=", dimm.memdev, ": there is no such memory backend: create it with -object");
        if (std::ranges::find(machine.ram, backend->id) != machine.ram.end() || in_use_.contains(backend->id))
            return fail("memdev=", dimm.memdev, " is in use: give each device a backend of its own");
        if (dimm.node >= std::max<std::size_t>(machine.nodes, 1))
            return fail("node=", dimm.node, ": NUMA nodes are numbered 0 to ",
                        std::max<std::size_t>(machine.nodes, 1) - 1);
        if (sizes.slots == 0) return fail("the machine has no slots: add slots=1 and a larger maxmem to -m");
        if (ids_.size() == sizes.slots)
            return fail("all ", sizes.slots, sizes.slots == 1 ? " slot is" : " slots are",
                        " taken: raise slots in -m");
        const auto slot = choose_slot(dimm, sizes.slots);
        if (!slot) return std::unexpected(slot.error());
        const Bytes room = sizes.maximum - sizes.ram - plugged_;
        if (backend->size > room)
            return fail("memdev=", dimm.memdev, " has ", backend->size,
                        ", but of the room for memory devices ", room, " is left: raise maxmem in -m");
        const Bytes granule = std::max(machine.features.device_granule, backend->page);
        if (machine.features.device_granule != Bytes{1} && backend->size % granule != Bytes{})
            return fail("memdev=", dimm.memdev, " has ", backend->size,
                        ", and memory devices of this machine have a multiple of ", granule, ": round it");
        if (machine.features.devices_placed) {
            const auto place = choose_place(dimm, machine.room, *backend, granule);
            if (!place) return std::unexpected(place.error());
            const auto after = std::ranges::find_if(
                places_, [&](const Interval& other) { return other.base.value > place->base.value; });
            places_.insert(after, *place);
        }
        ids_.push_back(backend->id);
        in_use_.insert(backend->id);
        slots_.insert(*slot);
        plugged_ += backend->size;
        return {};
    }

    const std::vector<std::string>& ids() const { return ids_; }
    Bytes plugged() const { return plugged_; }
    /// Where the guest sees them, ascending; of a machine whose devices have addresses.
    const std::vector<Interval>& places() const { return places_; }

private:
    Expected<std::uint64_t> choose_slot(const DimmOption& dimm, std::uint64_t slots) {
        while (slots_.contains(first_free_)) ++first_free_;
        const std::uint64_t slot = dimm.slot.value_or(first_free_);
        if (slot >= slots) return fail("slot=", slot, ": write a whole number from 0 to ", slots - 1);
        if (slots_.contains(slot)) return fail("slot=", slot, " is taken: name another, or leave it out");
        return slot;
    }

    Expected<Interval> choose_place(const DimmOption& dimm, Interval room, const Backend& backend,
                                    Bytes granule) const {
        const auto fits = [&](std::uint64_t base) {
            return base >= room.base.value && base - room.base.value <= room.size.count &&
                   backend.size.count <= room.size.count - (base - room.base.value);
        };
        const auto in_the_way = [&](std::uint64_t base) -> const Interval* {
            for (const Interval& other : places_)
                if (base < other.base.value + other.size.count &&
                    other.base.value < base + backend.size.count)
                    return &other;
            return nullptr;
        };
        if (dimm.address != 0) {
            const Interval place{GuestAddress{dimm.address}, backend.size};
            if (dimm.address % granule.count != 0)
                return fail("addr=", GuestAddress{dimm.address}, " is not a multiple of ", granule,
                            ": move it, or leave addr out");
            if (!fits(dimm.address))
                return fail("addr=", GuestAddress{dimm.address}, " with ", backend.size,
                            " is not within the room for memory devices, ", room,
                            ": move it, or leave addr out");
            if (const Interval* const other = in_the_way(dimm.address))
                return fail("addr=", GuestAddress{dimm.address}, ": ", place, " overlaps ", *other,
                            ", where another memory device is: move it, or leave addr out");
            return place;
        }
        std::uint64_t base = room.base.value;  // a whole GiB
        while (const Interval* const other = in_the_way(base)) {
            const std::uint64_t end = other->base.value + other->size.count;
            base = end + (granule.count - end % granule.count) % granule.count;
        }
        if (!fits(base))
            return fail("memdev=", dimm.memdev, " has ", backend.size, ", and no gap between the devices in ",
                        room, " is large enough: leave out their addr, or raise maxmem in -m");
        return Interval{GuestAddress{base}, backend.size};
    }

    std::vector<std::string> ids_;
    std::set<std::string, std::less<>> in_use_;  // the same
    std::set<std::uint64_t> slots_;
    std::uint64_t first_free_ = 0;  // or later
    std::vector<Interval> places_;
    Bytes plugged_{};
};

}  // namespace wirewrap::config
