// The frames of networks on their way into a running machine.
//
//     NetworkInput input(machine, devices);
//     emulator.connect(input);
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <vector>

#include <poll.h>

#include <wirewrap/emulator/host_input.hpp>
#include <wirewrap/virtio/net.hpp>

#include "examples/wirewrap/virtio_devices.hpp"

namespace command {

template <class Machine>
class NetworkInput : public wirewrap::HostInput {
public:
    NetworkInput(Machine& machine, VirtioDevices& devices) : machine_(machine), devices_(devices) {}

    bool deliver() override {
        const auto now = std::chrono::steady_clock::now();
        if (now < look_again_) return false;
        look_again_ = now + glance;
        bool came = false;
        devices_.each_network(machine_, [&]<std::size_t Entry>(wirewrap::backend::FrameLine& line) {
            if (!line.readable()) return;
            machine_.template update_entry<Entry>([&](auto& slot, auto& bus) {
                const auto* const card = slot.device().template get<wirewrap::virtio::Net>();
                const std::uint64_t before = card->received();
                slot.serve(wirewrap::virtio::Net::receive, bus);
                came = came || card->received() != before;
            });
        });
        return came;
    }

    void wait(std::chrono::nanoseconds time) override {
        std::vector<::pollfd> files;
        devices_.each_network(machine_, [&]<std::size_t>(wirewrap::backend::FrameLine& line) {
            files.push_back({.fd = line.descriptor(), .events = POLLIN, .revents = 0});
        });
        constexpr std::int64_t per_second = 1'000'000'000;
        const std::timespec patience{.tv_sec = static_cast<std::time_t>(time.count() / per_second),
                                     .tv_nsec = time.count() % per_second};
        ::ppoll(files.data(), files.size(), &patience, nullptr);
        look_again_ = {};
    }

private:
    /// How often the host is asked while the guest is busy: about each second turn of a hart.
    static constexpr std::chrono::microseconds glance{100};

    Machine& machine_;
    VirtioDevices& devices_;
    std::chrono::steady_clock::time_point look_again_{};
};

}  // namespace command
