// What holds for every back end, whatever it answers and writes into the queue: the front end ends with a result or a
// sentence. For the fuzzer and for the corpus.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/vhost/block_request.hpp>
#include <wirewrap/vhost/front_end.hpp>
#include <wirewrap/vhost/split_queue.hpp>

#include <tests/vhost/scripted_transport.hpp>

namespace wirewrap::test {

struct Shared {
    static constexpr auto name = "shared";
    static constexpr auto ram = main_ram("shared.ram", Bytes{1 << 20}).placed(at(0x1000));
};

/// The first byte says how the rest is divided into answers and what the device writes into the used ring.
inline bool holds_for_any_answers(std::span<const std::byte> bytes) {
    if (bytes.empty()) return true;
    static auto machine = Machine<Shared, hostmem::Memfd>::create();
    static const auto ram = vhost::SharedRam::of(*machine);
    static const vhost::os::Descriptor no_event;
    const std::size_t split = std::min<std::size_t>(static_cast<std::size_t>(bytes[0]) * 4, bytes.size() - 1);

    vhost::FrontEnd front(vhost::Channel(ScriptedTransport(), std::chrono::milliseconds(1)));
    front.transport().answers.assign(bytes.begin() + 1,
                                     bytes.begin() + 1 + static_cast<std::ptrdiff_t>(split));
    constexpr vhost::QueueLayout layout{8};
    const auto memory = ram->bytes(at(0x1000), layout.bytes());
    vhost::SplitQueue queue(memory, layout);
    Expected<void> started = front.agree(~0ull);
    if (started) {
        const auto configuration = front.configuration(vhost::disk_configuration_size);
        if (configuration && vhost::disk_properties(*configuration, ~0ull).size.count % 512 != 0)
            return false;
        if (!configuration) started = std::unexpected(configuration.error());
    }
    if (started) started = front.share(*ram);
    if (started) started = front.start_queue(0, layout, memory, no_event, no_event, no_event);
    if (!started && started.error().message.empty()) return false;

    // Two requests on their way, and a device that writes what it likes.
    const std::array<vhost::Segment, 3> segments{};
    (void)queue.add(segments);
    (void)queue.add(segments);
    (void)queue.publish();
    const auto rest = bytes.subspan(1 + split);
    const auto used = memory.subspan(layout.used().count);
    std::copy_n(rest.begin(), std::min(rest.size(), used.size()), used.begin());
    for (unsigned taken = 0;; ++taken) {
        const auto one = queue.take_used();
        if (!one) return !one.error().message.empty();
        if (!*one) return queue.free() == 2 + 3 * taken;
        if (taken == 2) return false;  // more than it was given
    }
}

}  // namespace wirewrap::test
