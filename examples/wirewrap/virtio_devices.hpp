// The virtio devices of a run: opens what is behind them, and puts them into the slots of the machine.
//
//     auto devices = VirtioDevices::open(request);
//     if (!devices) return std::unexpected(devices.error());
//     devices->put_into(*machine);                         // which they outlive
#pragma once

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
        using B = typename Machine::BoardType;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t slot = 0;
            const auto look = [&]<std::size_t J>() {
                if constexpr (std::same_as<wirewrap::detail::DeviceAt<B, J>, wirewrap::VirtioSlot>)
                    machine.template update_entry<J>([&](auto& device) { put(slot++, device); });
            };
            (look.template operator()<I>(), ...);
        }(std::make_index_sequence<wirewrap::board_regions<B>.size()>{});
    }
    /// What guests saw as I/O errors, a sentence for each disk.
    std::vector<std::string> failures() const;

private:
    void put(std::size_t slot, wirewrap::VirtioSlot& device);

    std::uint32_t version_ = 1;
    std::array<std::unique_ptr<wirewrap::backend::RawImage>, virtio_slots> disks_{};
    std::array<bool, virtio_slots> entropy_{};
    std::unique_ptr<wirewrap::backend::HostEntropy> host_ =
        std::make_unique<wirewrap::backend::HostEntropy>();
};

}  // namespace command
