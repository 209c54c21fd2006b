// The virtio devices of a run: opens what is behind them, and puts them into the slots of the machine.
//
//     auto devices = VirtioDevices::open(request);
//     if (!devices) return std::unexpected(devices.error());
//     devices->put_into(*machine);                         // which they outlive
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <wirewrap/backend.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/device_at.hpp>
#include <wirewrap/virtio.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

class VirtioDevices {
public:
    /// Errors: a drive that nobody takes, or two; a slot that is taken; images.
    static wirewrap::Expected<VirtioDevices> open(const RunRequest& request);

    /// Slots have the numbers of their order in the map.
    template <class Machine>
    void put_into(Machine& machine) {
        each_slot(machine, [&]<std::size_t Entry>(std::size_t slot) {
            machine.template update_entry<Entry>([&](auto& device) { put(slot, device); });
        });
    }
    bool has_networks() const {
        return std::ranges::any_of(lines_, [](const auto& line) { return line != nullptr; });
    }
    /// Calls `visit(line, device)` for each network card of the machine, by its slot.
    template <class Machine, class Visit>
    void each_network(Machine& machine, Visit visit) {
        each_slot(machine, [&]<std::size_t Entry>(std::size_t slot) {
            if (slot < virtio_slots && lines_[slot]) visit.template operator()<Entry>(*lines_[slot]);
        });
    }
    /// What guests saw as I/O errors, a sentence for each disk.
    std::vector<std::string> failures() const;

private:
    /// Calls `visit<entry of the map>(number of the slot)`.
    template <class Machine, class Visit>
    static void each_slot(Machine&, Visit visit) {
        using B = typename Machine::BoardType;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t slot = 0;
            const auto look = [&]<std::size_t J>() {
                if constexpr (std::same_as<wirewrap::detail::DeviceAt<B, J>, wirewrap::VirtioSlot>)
                    visit.template operator()<J>(slot++);
            };
            (look.template operator()<I>(), ...);
        }(std::make_index_sequence<wirewrap::board_regions<B>.size()>{});
    }
    void put(std::size_t slot, wirewrap::VirtioSlot& device);

    std::uint32_t version_ = 1;
    std::array<std::unique_ptr<wirewrap::backend::RawImage>, virtio_slots> disks_{};
    std::array<bool, virtio_slots> entropy_{};
    std::array<std::unique_ptr<wirewrap::backend::FrameLine>, virtio_slots> lines_{};
    std::array<wirewrap::virtio::MacAddress, virtio_slots> addresses_{};
    std::unique_ptr<wirewrap::backend::HostEntropy> host_ =
        std::make_unique<wirewrap::backend::HostEntropy>();
};

}  // namespace command
