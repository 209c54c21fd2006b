#include "examples/wirewrap/virtio_devices.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace command {

using namespace wirewrap;

namespace {

/// The devices in the order in which QEMU takes slots for them: those that were asked for, then those of drives.
Expected<std::vector<VirtioRequest>> in_order(const RunRequest& request) {
    std::vector<VirtioRequest> devices = request.virtio;
    std::vector<std::size_t> taken(request.drives.size());
    for (VirtioRequest& device : devices) {
        if (device.kind != VirtioRequest::Kind::block) continue;
        const auto drive = std::ranges::find(request.drives, device.drive, &DriveRequest::id);
        if (drive == request.drives.end())
            return fail("-device virtio-blk-device,drive=", device.drive,
                        ": there is no -drive with id=", device.drive);
        const auto number = static_cast<std::size_t>(drive - request.drives.begin());
        if (drive->has_device || ++taken[number] > 1)
            return fail("-device virtio-blk-device,drive=", device.drive, ": that drive has a device already",
                        drive->has_device ? ", by if=virtio: write if=none" : ": leave one of them out");
        device.number = number;
    }
    for (std::size_t i = 0; i != request.drives.size(); ++i) {
        const DriveRequest& drive = request.drives[i];
        if (!drive.has_device && taken[i] == 0)
            return fail("-drive file=", drive.file,
                        ",if=none: nothing takes it; write -device virtio-blk-device,drive=", drive.id,
                        ", or if=virtio");
        if (drive.has_device)
            devices.push_back({.kind = VirtioRequest::Kind::block, .drive = drive.id, .number = i});
    }
    return devices;
}

/// What the card's -netdev names. `cards`: how many there are up to this one.
Expected<std::unique_ptr<backend::FrameLine>> line_of(const VirtioRequest& card, const RunRequest& request,
                                                      std::size_t cards) {
    const auto network = std::ranges::find(request.networks, card.network, &NetworkRequest::id);
    if (network == request.networks.end())
        return fail("-device virtio-net-device,netdev=", card.network,
                    ": there is no -netdev with id=", card.network);
    std::size_t takers = 0, seen = 0;
    for (const VirtioRequest& other : request.virtio)
        if (other.kind == VirtioRequest::Kind::network && ++seen <= cards && other.network == card.network)
            ++takers;
    if (takers > 1)
        return fail("-device virtio-net-device,netdev=", card.network,
                    ": that network has a card already: leave one of them out");
    auto line = network->socket ? backend::FrameLine::of_socket(*network->socket)
                                : backend::FrameLine::of_tap(network->tap);
    if (!line) return fail("-netdev id=", network->id, ": ", line.error().message);
    return line;
}

Expected<void> check_networks(const RunRequest& request) {
    for (const NetworkRequest& network : request.networks)
        if (std::ranges::none_of(request.virtio,
                                 [&](const VirtioRequest& device) { return device.network == network.id; }))
            return fail("-netdev id=", network.id,
                        ": nothing takes it; write -device virtio-net-device,netdev=", network.id);
    return {};
}

}  // namespace

Expected<VirtioDevices> VirtioDevices::open(const RunRequest& request) {
    VirtioDevices result;
    result.version_ = request.virtio_version;
    if (const auto checked = check_networks(request); !checked) return std::unexpected(checked.error());
    const auto devices = in_order(request);
    if (!devices) return std::unexpected(devices.error());
    std::array<bool, virtio_slots> taken{};
    std::size_t cards = 0;
    for (const VirtioRequest& device : *devices) {
        std::size_t slot = virtio_slots;
        if (device.slot)
            slot = *device.slot;
        else  // from the last on, as QEMU
            while (slot != 0 && taken[--slot]) {}
        if (taken[slot])
            return fail(device.slot
                            ? sentence("virtio-mmio-bus.", slot, " has a device already: choose another bus")
                            : sentence("the board has ", virtio_slots, " slots for virtio devices, and ",
                                       devices->size(), " were asked for: leave some out"));
        taken[slot] = true;
        if (device.kind == VirtioRequest::Kind::entropy) {
            result.entropy_[slot] = true;
            continue;
        }
        if (device.kind == VirtioRequest::Kind::network) {
            auto line = line_of(device, request, ++cards);
            if (!line) return std::unexpected(line.error());
            result.lines_[slot] = std::move(*line);
            // QEMU's first card has this one, and each further one the next.
            virtio::MacAddress address{0x52, 0x54, 0x00, 0x12, 0x34, static_cast<std::uint8_t>(0x55 + cards)};
            result.addresses_[slot] = device.address.value_or(address);
            continue;
        }
        const DriveRequest& drive = request.drives[device.number];
        const bool snapshot = drive.snapshot || (request.all_snapshot && !drive.read_only);
        if (snapshot && request.save)
            return fail("--save ", *request.save, ": what the guest writes to ", drive.file,
                        " with snapshot=on is gone when the run ends, and the saved machine would miss it: "
                        "give it a copy "
                        "of the file without snapshot=on");
        auto image = backend::RawImage::open({.path = drive.file,
                                              .read_only = drive.read_only,
                                              .snapshot = snapshot,
                                              .serial = device.serial});
        if (!image) return fail("-drive: ", image.error().message);
        result.disks_[slot] = std::move(*image);
    }
    return result;
}

void VirtioDevices::put(std::size_t slot, VirtioSlot& device) {
    if (slot >= virtio_slots) return;
    device.set_version(version_);
    if (disks_[slot]) device.device().put<virtio::Block>().attach(*disks_[slot]);
    if (lines_[slot]) device.device().put<virtio::Net>().attach(*lines_[slot], addresses_[slot]);
    if (entropy_[slot]) device.device().put<virtio::Entropy>().attach(*host_);
}

std::vector<std::string> VirtioDevices::failures() const {
    std::vector<std::string> sentences;
    for (const auto& disk : disks_)
        if (disk && disk->failures() != 0)
            sentences.push_back(
                sentence(disk->options().path, ": ", disk->failures(),
                         " accesses of the guest failed, which it saw as I/O errors; the first: ",
                         backend::os::text(*disk->first_failure()).view())
                    .string());
    return sentences;
}

}  // namespace command
