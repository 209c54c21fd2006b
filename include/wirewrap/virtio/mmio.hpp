// The registers by which a driver finds a virtio device and works with it: virtio-mmio, version 1 (legacy) and version 2.
//
//     Mmio<Block> disk;                         // version 1, as QEMU's `virt` has it
//     disk.set_version(2);
//     disk.device().attach(image);
//
//     000 "virt"  004 version  008 device  00c vendor  010, 014 features  020, 024 the driver's  030 queue  034 most  038 size
//     028 page size, 03c alignment, 040 page number          version 1: where the queue is
//     044 ready, 080, 090, 0a0 addresses of its three parts  version 2
//     050 notify  060, 064 interrupts  070 status  0fc generation  100… configuration, in any width
//
// A driver that breaks a queue finds DEVICE_NEEDS_RESET in the status and an interrupt, in version 2; no queue of the device is
// looked at any more until it is reset.
// Requests are carried out while the driver notifies, over the bus that the access is handed.
//
// Source: VIRTIO 1.2, 4.2 "Virtio Over MMIO", 4.2.4 "Legacy interface"; QEMU 7.2, hw/virtio/virtio-mmio.c, for what a
// register that is not there reads: 0.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/virtio/device.hpp>
#include <wirewrap/virtio/features.hpp>
#include <wirewrap/virtio/mmio_registers.hpp>
#include <wirewrap/virtio/queue.hpp>

namespace wirewrap::virtio {

template <VirtioDevice D>
class Mmio {
public:
    static constexpr Bytes registers{0x200};
    static constexpr AccessRule access{.widths = {1, 2, 4}};
    static constexpr std::array outputs{std::string_view{"irq"}};
    static constexpr auto register_map = mmio_registers;

    D& device() { return device_; }
    const D& device() const { return device_; }
    /// 1 or 2, before a driver has looked.
    void set_version(std::uint32_t version) { version_ = version; }
    std::uint32_t version() const { return version_; }
    /// What the driver did wrong, since the last reset.
    std::optional<QueueFault> fault() const { return fault_; }

    template <AccessWord T>
    T read(std::uint64_t offset) {
        if (offset >= configuration) return read_configuration<T>(offset - configuration);
        if constexpr (sizeof(T) == 4)
            return read_register(offset);
        else
            return 0;
    }
    template <AccessWord T, class Bus>
    void write(std::uint64_t offset, T value, Bus& bus) {
        if (absent()) return;
        if (offset >= configuration) {
            for (std::size_t i = 0; i != sizeof(T); ++i)
                device_.configure(offset - configuration + i, static_cast<std::uint8_t>(value >> 8 * i));
        } else if constexpr (sizeof(T) == 4) {
            if (offset == notify)
                serve(value, bus);
            else
                write_register(offset, value);
        }
    }
    bool output(std::size_t) const { return pending_ != 0; }

    /// Looks at a queue as if the driver had notified: the host has something for it.
    template <DeviceBus Bus>
    void serve(std::size_t number, Bus& bus) {
        if (number >= D::queues || fault_ || (status_ & status_bit::driver_ok) == 0) return;
        Queue& queue = queues_[number];
        if (!queue.running()) return;
        if (const Served served = device_.serve(number, queue, bus); !served) {
            fault_ = served.error();
            if (version_ == 2) {  // legacy drivers know no such bit
                status_ |= status_bit::needs_reset;
                pending_ |= configuration_changed;
            }
        }
        if (queue.wants_interrupt(bus)) pending_ |= buffer_used;
    }

    /// Power-on: the device is the same, and forgets its driver.
    void reset() {
        restart();
        page_size_ = 0;
    }

    template <class Archive>
    void state(Archive& archive) {
        std::uint32_t version = version_, id = static_cast<std::uint32_t>(device_.id());
        archive.field("version", version, std::uint32_t{2});
        archive.field("id", id);
        archive.require(version == version_, "the device that was saved had another version of virtio-mmio");
        archive.require(id == static_cast<std::uint32_t>(device_.id()),
                        "another device, or none, was saved in this slot: begin with the same devices");
        if constexpr (Archive::loading)
            if (version != version_ || id != static_cast<std::uint32_t>(device_.id())) return;
        std::uint8_t fault = fault_ ? static_cast<std::uint8_t>(*fault_) + 1 : 0;
        archive.field("status", status_);
        archive.field("pending", pending_, buffer_used | configuration_changed);
        archive.field("features_word", features_word_);
        archive.field("driver_word", driver_word_);
        archive.field("driver_features", driver_features_);
        archive.field("selected", selected_);
        archive.field("page_size", page_size_);
        archive.field("fault", fault,
                      static_cast<std::uint8_t>(static_cast<std::uint8_t>(QueueFault::no_room) + 1));
        archive.group("setup", setups_);
        archive.group("queue", queues_);
        archive.group("device", device_);
        if constexpr (Archive::loading)
            fault_ = fault == 0 ? std::nullopt : std::optional(static_cast<QueueFault>(fault - 1));
    }

private:
    static constexpr std::uint64_t notify = 0x50, configuration = 0x100;
    static constexpr std::uint32_t buffer_used = 1, configuration_changed = 2;
    static constexpr std::uint64_t of_transport = feature::indirect_descriptors | feature::event_index;

    /// What a driver has said of a queue; it counts when the queue is made ready.
    struct Setup {
        std::uint32_t size = 0, alignment = 0, page = 0;
        std::array<std::uint64_t, 3> places{};  // descriptors, available, used

        template <class Archive>
        void state(Archive& archive) {
            archive.field("size", size, std::uint32_t{Queue::largest});
            archive.field("alignment", alignment);
            archive.field("page", page);
            archive.field("places", places);
        }
    };

    bool absent() const { return device_.id() == DeviceId::none; }
    std::uint64_t offered() const {
        return device_.features() | of_transport | (version_ == 2 ? feature::version_1 : 0);
    }

    template <AccessWord T>
    T read_configuration(std::uint64_t offset) const {
        if (absent()) return 0;
        std::uint32_t value = 0;
        for (std::size_t i = 0; i != sizeof(T); ++i)
            value |= std::uint32_t{device_.configuration(offset + i)} << 8 * i;
        return static_cast<T>(value);
    }

    std::uint32_t read_register(std::uint64_t offset) const {
        switch (offset) {
        case 0x00: return 0x7472'6976;  // "virt"
        case 0x04: return version_;
        case 0x08: return static_cast<std::uint32_t>(device_.id());
        case 0x0c: return 0x554d'4551;  // "QEMU", as there
        default: return absent() ? 0 : read_present(offset);
        }
    }
    std::uint32_t read_present(std::uint64_t offset) const {
        const bool exists = most(selected_) != 0;
        switch (offset) {
        case 0x10:
            if (features_word_ == 0) return static_cast<std::uint32_t>(offered());
            return features_word_ == 1 && version_ == 2 ? static_cast<std::uint32_t>(offered() >> 32) : 0;
        case 0x34: return most(selected_);
        case 0x40: return version_ == 1 && exists ? setups_[selected_].page : 0;
        case 0x44: return version_ == 2 && exists && queues_[selected_].running() ? 1 : 0;
        case 0x60: return pending_;
        case 0x70: return status_;
        case 0xb0:
        case 0xb4: return version_ == 2 ? ~std::uint32_t{0} : 0;  // there is no shared memory
        default: return 0;                                        // 0xfc: the configuration never changes
        }
    }

    void write_register(std::uint64_t offset, std::uint32_t value) {
        switch (offset) {
        case 0x14: features_word_ = value; return;
        case 0x20: write_features(value); return;
        case 0x24: driver_word_ = value; return;
        case 0x30: selected_ = value; return;
        case 0x64: pending_ &= ~value; return;
        case 0x70: write_status(value); return;
        case 0x28:
            if (version_ == 1) page_size_ = value;
            return;
        default:
            if (most(selected_) != 0) write_queue(offset, value, setups_[selected_], queues_[selected_]);
        }
    }
    void write_features(std::uint32_t value) {
        if ((status_ & status_bit::features_ok) != 0 || driver_word_ > 1) return;
        const unsigned shift = 32 * driver_word_;
        driver_features_ &= ~(std::uint64_t{0xffff'ffff} << shift);
        driver_features_ |= std::uint64_t{value} << shift;
    }
    void write_queue(std::uint64_t offset, std::uint32_t value, Setup& setup, Queue& queue) {
        if (offset == 0x38) {
            if (Queue::valid_size(value, most(selected_)) && !queue.running()) setup.size = value;
            return;
        }
        if (version_ == 1) {
            if (offset == 0x3c) setup.alignment = value;
            if (offset == 0x40) start_legacy(value, setup, queue);
            return;
        }
        const auto place = [&](std::size_t which, unsigned shift) {
            if (queue.running()) return;
            setup.places[which] &= ~(std::uint64_t{0xffff'ffff} << shift);
            setup.places[which] |= std::uint64_t{value} << shift;
        };
        switch (offset) {
        case 0x44: value == 0 ? queue.stop() : start(setup, queue); return;
        case 0x80: return place(0, 0);
        case 0x84: return place(0, 32);
        case 0x90: return place(1, 0);
        case 0x94: return place(1, 32);
        case 0xa0: return place(2, 0);
        case 0xa4: return place(2, 32);
        default: return;
        }
    }

    void start(const Setup& setup, Queue& queue) {
        if (queue.running() || setup.size == 0) return;
        queue.start({GuestAddress{setup.places[0]}, GuestAddress{setup.places[1]},
                     GuestAddress{setup.places[2]}, static_cast<std::uint16_t>(setup.size)});
        queue.agree(driver_features_);
    }
    /// Version 1 has one page number for all three parts; the used ring begins at the next multiple of the alignment.
    void start_legacy(std::uint32_t page, Setup& setup, Queue& queue) {
        queue.stop();
        setup.page = page;
        if (page == 0 || setup.size == 0 || page_size_ == 0) return;
        const std::uint64_t align = setup.alignment == 0 ? page_size_ : setup.alignment;
        const std::uint64_t base = std::uint64_t{page} * page_size_, available = base + 16ull * setup.size;
        const std::uint64_t end = available + 4 + 2ull * setup.size + 2;
        setup.places = {base, available, (end + align - 1) / align * align};
        start(setup, queue);
    }

    void write_status(std::uint32_t value) {
        if (value == 0) return restart();
        std::uint32_t now = (value & 0xff) | (status_ & status_bit::needs_reset);
        const bool agreeing = (now & status_bit::features_ok) != 0 &&
                              (status_ & status_bit::features_ok) == 0;
        if (version_ == 2 && agreeing)
            if ((driver_features_ & ~offered()) != 0 || (driver_features_ & feature::version_1) == 0)
                now &= ~status_bit::features_ok;
        status_ = now;
        // Legacy drivers have no FEATURES_OK: what they take counts from DRIVER_OK on.
        if (version_ == 1) driver_features_ &= offered();
        const std::uint32_t settled = version_ == 2 ? status_bit::features_ok : status_bit::driver_ok;
        if ((status_ & settled) == 0) return;
        device_.agree(driver_features_);
        for (Queue& queue : queues_)
            if (queue.running()) queue.agree(driver_features_);
    }
    void restart() {
        status_ = pending_ = features_word_ = driver_word_ = selected_ = 0;
        driver_features_ = 0;
        fault_.reset();
        setups_ = {};
        for (Queue& queue : queues_) queue.stop();
        device_.reset();
    }

    /// The largest size of queue `number`; 0: the device has no such queue.
    std::uint16_t most(std::uint32_t number) const {
        if constexpr (requires { device_.queue_size(number); })
            return device_.queue_size(number);
        else
            return number < D::queues ? D::queue_size : 0;
    }

    D device_;
    std::array<Setup, D::queues> setups_{};
    std::array<Queue, D::queues> queues_{};
    std::uint64_t driver_features_ = 0;
    std::uint32_t version_ = 1;
    std::uint32_t status_ = 0, pending_ = 0;  // pending interrupts
    std::uint32_t features_word_ = 0, driver_word_ = 0, selected_ = 0;
    std::uint32_t page_size_ = 0;
    std::optional<QueueFault> fault_;
};

}  // namespace wirewrap::virtio
