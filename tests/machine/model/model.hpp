// The model: a machine's address space byte by byte, written from what entry.hpp, unmapped.hpp, device.hpp, bus.hpp and
// docs/access-path.md say, as slow and plain as can be. It looks up each byte of each access in the list of entries.
//
//     Model model(facts, std::move(devices));
//     model.perform({.kind = Step::Kind::load, .width = 4, .address = 0x8000'0000});
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <vector>

#include "devices.hpp"
#include "facts.hpp"

namespace model {

class Model;

/// What a device of the model is given as its bus.
struct ModelBus {
    Model& model;

    template <AccessWord T>
    Loaded<T> load(GuestAddress address);
    template <AccessWord T>
    Stored store(GuestAddress address, T value);
    Stored read(GuestAddress address, std::span<std::byte> to);
    Stored write(GuestAddress address, std::span<const std::byte> from);
};

class AnyDevice {
public:
    virtual ~AnyDevice() = default;
    virtual Answer<std::uint64_t> read(std::size_t width, std::uint64_t offset, ModelBus bus) = 0;
    virtual Answer<void> write(std::size_t width, std::uint64_t offset, std::uint64_t value,
                               ModelBus bus) = 0;
    virtual void work(ModelBus bus) = 0;
    virtual std::uint64_t control(std::size_t n) const = 0;
    virtual bool output(std::size_t pin) const = 0;
    virtual bool reads_memory() const = 0;
    virtual void attach(std::span<std::byte> contents, std::endian order) = 0;
    virtual void reset() = 0;
    virtual void poke(std::uint64_t where, std::uint64_t value) = 0;
    virtual std::uint64_t digest() const = 0;
    virtual AccessRule access() const = 0;
};
using Devices = std::vector<std::unique_ptr<AnyDevice>>;  // by the number of their entry

class Model {
public:
    Model(const Facts& facts, Devices devices);

    Outcome perform(const Step& step);

    std::vector<std::vector<std::byte>>& blocks() { return blocks_; }
    std::uint64_t digest(std::size_t entry) const { return devices_[entry]->digest(); }
    bool has_device(std::size_t entry) const { return devices_[entry] != nullptr; }
    std::uint64_t lines(std::size_t hart) const;
    std::uint64_t page(std::size_t entry) const;
    bool shown(std::size_t entry) const;
    std::uint64_t base(std::size_t entry) const;
    /// What changes of the map: pages, places, what flash is.
    std::vector<std::uint64_t> map_state() const;
    /// Bytes of blocks that were stored to since this was last cleared.
    std::vector<Place>& stored() { return stored_; }

    Outcome load(std::size_t space, std::uint64_t address, std::size_t width, Access access, bool swapped);
    FaultReason store(std::size_t space, std::uint64_t address, std::size_t width, std::uint64_t value,
                      bool swapped);
    FaultReason bus_copy(std::uint64_t address, std::span<std::byte> bytes, Access access);

    struct Byte {
        enum class Kind : std::uint8_t { nothing, reserved, memory, device } kind{};
        std::size_t entry = 0;  // number of the entry; main RAM's windows count from the number of entries on
        std::size_t source = 0;    // device: its entry. memory: its block
        std::uint64_t offset = 0;  // into the block, or into the window of the device
        bool writable = false, drops = false;
        friend bool operator==(const Byte&, const Byte&) = default;
    };
    /// What answers at one address; nothing past 2^64.
    Byte at(std::size_t space, std::uint64_t address, Access access) const;
    /// What a debugger finds: what loads see, and flash holds its contents whatever mode it is in.
    Byte contents_at(std::uint64_t address) const;

private:
    Byte byte_of(std::size_t entry, std::uint64_t delta, Access access, bool contents) const;
    Byte find(std::size_t space, std::uint64_t address, Access access, bool contents) const;
    std::size_t entry_named(std::string_view name) const;
    std::size_t block_of(std::size_t entry) const { return block_of_entry_[entry]; }
    std::uint64_t control(const Control& control) const;
    FaultReason device_fault(const Byte& first, std::size_t width, bool inside) const;
    bool inside(std::size_t space, std::uint64_t address, std::size_t width, const Byte& first,
                Access access) const;
    void put(const Byte& byte, std::byte value) { put(byte.source, byte.offset, value); }
    void put(std::size_t block, std::uint64_t offset, std::byte value);
    template <class Transfer>
    FaultReason transfer(const Byte& first, std::size_t width, Transfer transfer);
    FaultReason device_load(const Byte& first, std::size_t width, std::uint64_t& value, bool inside);
    FaultReason device_store(const Byte& first, std::size_t width, std::uint64_t value, bool inside);
    Outcome span(const Step& step) const;
    void moved(std::span<const std::byte> bytes);

    const Facts& facts_;
    Devices devices_;
    std::vector<bool> busy_;
    std::vector<std::vector<std::byte>> blocks_;
    std::vector<std::size_t> block_of_entry_;
    std::vector<std::uint64_t> pages_;
    std::vector<Place> stored_;
    std::array<std::byte, 8> last_{};
};

template <AccessWord T>
Loaded<T> ModelBus::load(GuestAddress address) {
    const auto outcome = model.load(memory_space, address.value, sizeof(T), Access::load, false);
    if (outcome.reason != FaultReason::none)
        return std::unexpected(BusFault{address, sizeof(T), Access::load, outcome.reason});
    return static_cast<T>(outcome.value);
}
template <AccessWord T>
Stored ModelBus::store(GuestAddress address, T value) {
    const auto reason = model.store(memory_space, address.value, sizeof(T), value, false);
    if (reason != FaultReason::none)
        return std::unexpected(BusFault{address, sizeof(T), Access::store, reason});
    return {};
}

/// A device of type `D` in the model.
template <class D>
class DeviceOf final : public AnyDevice {
public:
    Answer<std::uint64_t> read(std::size_t width, std::uint64_t offset, ModelBus bus) override {
        switch (width) {
        case 1: return read<std::uint8_t>(offset, bus);
        case 2: return read<std::uint16_t>(offset, bus);
        case 4: return read<std::uint32_t>(offset, bus);
        default: return read<std::uint64_t>(offset, bus);
        }
    }
    Answer<void> write(std::size_t width, std::uint64_t offset, std::uint64_t value, ModelBus) override {
        switch (width) {
        case 1: return write<std::uint8_t>(offset, value);
        case 2: return write<std::uint16_t>(offset, value);
        case 4: return write<std::uint32_t>(offset, value);
        default: return write<std::uint64_t>(offset, value);
        }
    }
    void work(ModelBus bus) override {
        if constexpr (MastersBus<D>)
            if (device_.wants_bus()) device_.use_bus(bus);
    }
    std::uint64_t control(std::size_t n) const override {
        if constexpr (HasControls<D>)
            return device_.control(n);
        else
            return 0;
    }
    bool output(std::size_t pin) const override {
        if constexpr (DrivesPins<D>)
            return device_.output(pin);
        else
            return false;
    }
    bool reads_memory() const override {
        if constexpr (ReadsAsMemory<D>)
            return device_.reads_memory();
        else
            return false;
    }
    void attach(std::span<std::byte> contents, std::endian order) override {
        if constexpr (StoresInBlock<D>) device_.attach(contents, order);
    }
    void reset() override { device_.reset(); }
    void poke(std::uint64_t where, std::uint64_t value) override { model::poke(device_, where, value); }
    std::uint64_t digest() const override { return model::digest(device_); }
    AccessRule access() const override { return D::access; }

private:
    template <class T>
    Answer<std::uint64_t> read(std::uint64_t offset, ModelBus& bus) {
        if constexpr (!D::access.allows(sizeof(T)))
            return refused_access;
        else if constexpr (requires { device_.template read<T>(offset, bus); })
            return device_.template read<T>(offset, bus);
        else
            return device_.template read<T>(offset);
    }
    template <class T>
    Answer<void> write(std::uint64_t offset, std::uint64_t value) {
        if constexpr (!D::access.allows(sizeof(T))) {
            return refused_access;
        } else if constexpr (std::is_void_v<decltype(device_.template write<T>(offset,
                                                                               static_cast<T>(value)))>) {
            device_.template write<T>(offset, static_cast<T>(value));
            return {};
        } else {
            return device_.template write<T>(offset, static_cast<T>(value));
        }
    }

    D device_;
};

}  // namespace model
