// What a program would do without a framework: a raw pointer, an `if` chain, handlers in a table.
//
// | target                  | RAM                                 | devices                                            |
// |-------------------------|-------------------------------------|----------------------------------------------------|
// | raw, raw_static         | a pointer and an offset             | none                                               |
// | direct                  | the same, where the address says so | the device's function, called (not inlined) at once |
// | chain_8, chain_64       | compared first                      | one comparison after the other, direct calls       |
// | chain_windows           | two windows, compared first         | the same                                           |
// | virtual_8, virtual_64   | a region of the table               | binary search, virtual call                        |
// | function_8, function_64 | a region of the table               | binary search, std::function                       |
#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <wirewrap/base.hpp>
#include <wirewrap/hostmem/anonymous.hpp>

#include "measure.hpp"
#include "targets.hpp"

namespace access_benchmark {

namespace {

constexpr std::uint32_t ram_at = ram_base.value, high_at = high_base.value, low_size = low_window.count;
constexpr std::uint32_t devices_at = devices_base.value, device_size = device_window.count;
constexpr std::uint32_t register_bytes = Registers::registers.count, word = sizeof(std::uint64_t);

/// RAM as the machines have it, present before the first access.
class Ram {
public:
    Ram() : memory_(hostmem::allocate<hostmem::Anonymous>(ram_size, {.prealloc = true})) {}
    std::byte* data() const { return memory_ ? memory_->data() : nullptr; }

private:
    Expected<hostmem::HostMemory<hostmem::Anonymous>> memory_;
};

class StaticRam {
public:
    StaticRam() { std::fill_n(storage, ram_size.count, std::byte{1}); }
    static std::byte* data() { return storage; }

private:
    alignas(2 << 20) inline static std::byte storage[ram_size.count];
};

template <class Memory>
class Raw {
public:
    static constexpr auto name = std::is_same_v<Memory, Ram> ? "raw" : "raw_static";
    static constexpr std::size_t devices = 1;

    bool good() const { return ram_ != nullptr; }
    [[gnu::always_inline]] std::uint64_t load(std::uint32_t a) const {
        return read_memory<std::uint64_t>(ram_ + (a - ram_at));
    }
    [[gnu::always_inline]] void store(std::uint32_t a, std::uint64_t value) {
        write_memory(ram_ + (a - ram_at), value);
    }

private:
    Memory memory_;
    std::byte* ram_ = memory_.data();
};

class Direct {
public:
    static constexpr auto name = "direct";
    static constexpr std::size_t devices = 8;

    bool good() const { return ram_ != nullptr; }
    [[gnu::always_inline]] std::uint64_t load(std::uint32_t a) {
        if (is_ram(a)) [[likely]]
            return read_memory<std::uint64_t>(ram_ + (a - ram_at));
        return read(devices_[(a - devices_at) / device_size], a % device_size);
    }
    [[gnu::always_inline]] void store(std::uint32_t a, std::uint64_t value) {
        if (is_ram(a)) [[likely]]
            return write_memory(ram_ + (a - ram_at), value);
        write(devices_[(a - devices_at) / device_size], a % device_size, value);
    }

private:
    [[gnu::noinline]] static std::uint64_t read(Registers& device, std::uint64_t offset) {
        return device.read<std::uint64_t>(offset);
    }
    [[gnu::noinline]] static void write(Registers& device, std::uint64_t offset, std::uint64_t value) {
        device.write(offset, value);
    }
    static bool is_ram(std::uint32_t a) { return (a & ram_at) != 0; }

    Ram memory_;
    std::byte* ram_ = memory_.data();
    std::array<Registers, devices> devices_;
};

/// RAM in one window or, with `Windows` 2, in those of the board `TwoWindows`.
template <class Name, std::size_t Devices, int Windows = 1>
class Chain {
public:
    static constexpr auto name = Name::name;
    static constexpr std::size_t devices = Devices;

    bool good() const { return ram_ != nullptr; }
    [[gnu::always_inline]] std::uint64_t load(std::uint32_t a) {
        const std::uint32_t offset = ram_offset(a);
        if (offset <= ram_size.count - word) [[likely]]
            return read_memory<std::uint64_t>(ram_ + offset);
        return load_device(a, std::make_index_sequence<Devices>{});
    }
    [[gnu::always_inline]] void store(std::uint32_t a, std::uint64_t value) {
        const std::uint32_t offset = ram_offset(a);
        if (offset <= ram_size.count - word) [[likely]]
            return write_memory(ram_ + offset, value);
        store_device(a, value, std::make_index_sequence<Devices>{});
    }

private:
    static std::uint32_t ram_offset(std::uint32_t a) {
        if constexpr (Windows == 1) return a - ram_at;
        if (a - ram_at <= low_size - word) return a - ram_at;
        return a >= high_at ? a - high_at + low_size : ~0u;
    }
    static constexpr std::uint32_t base(std::size_t i) {
        return devices_at + static_cast<std::uint32_t>(i) * device_size;
    }

    template <std::size_t... I>
    std::uint64_t load_device(std::uint32_t a, std::index_sequence<I...>) {
        std::uint64_t value = 0;
        (void)((a - base(I) <= register_bytes - word &&
                (value = devices_[I].template read<std::uint64_t>(a - base(I)), true)) ||
               ...);
        return value;
    }
    template <std::size_t... I>
    void store_device(std::uint32_t a, std::uint64_t value, std::index_sequence<I...>) {
        (void)((a - base(I) <= register_bytes - word &&
                (devices_[I].template write<std::uint64_t>(a - base(I), value), true)) ||
               ...);
    }

    Ram memory_;
    std::byte* ram_ = memory_.data();
    std::array<Registers, Devices> devices_;
};

struct Handler {
    virtual ~Handler() = default;
    virtual std::uint64_t read(std::uint64_t offset) = 0;
    virtual void write(std::uint64_t offset, std::uint64_t value) = 0;
};
struct RamHandler final : Handler {
    explicit RamHandler(std::byte* memory) : ram(memory) {}
    std::uint64_t read(std::uint64_t offset) override { return read_memory<std::uint64_t>(ram + offset); }
    void write(std::uint64_t offset, std::uint64_t value) override { write_memory(ram + offset, value); }
    std::byte* ram;
};
struct DeviceHandler final : Handler {
    std::uint64_t read(std::uint64_t offset) override { return device.read<std::uint64_t>(offset); }
    void write(std::uint64_t offset, std::uint64_t value) override { device.write(offset, value); }
    Registers device;
};

struct Functions {
    std::function<std::uint64_t(std::uint64_t)> read;
    std::function<void(std::uint64_t, std::uint64_t)> write;
};

/// A table of ranges, ascending, searched by halves; `Entry` says what answers there.
template <class Entry>
class Table {
public:
    void add(std::uint64_t base, std::uint64_t size, Entry entry) {
        ranges_.push_back({base, size, std::move(entry)});
    }
    Entry* find(std::uint64_t a, std::uint64_t& offset) {
        const auto after = std::ranges::upper_bound(ranges_, a, {}, &Range::base);
        if (after == ranges_.begin()) return nullptr;
        Range& range = *(after - 1);
        offset = a - range.base;
        return range.size >= word && offset <= range.size - word ? &range.entry : nullptr;
    }

private:
    struct Range {
        std::uint64_t base, size;
        Entry entry;
    };
    std::vector<Range> ranges_;
};

template <class Name, std::size_t Devices>
class Virtual {
public:
    static constexpr auto name = Name::name;
    static constexpr std::size_t devices = Devices;

    Virtual() {
        for (std::size_t i = 0; i != Devices; ++i)
            table_.add(device_base(i).value, register_bytes, std::make_unique<DeviceHandler>());
        table_.add(ram_at, ram_size.count, std::make_unique<RamHandler>(memory_.data()));
    }
    bool good() const { return memory_.data() != nullptr; }
    std::uint64_t load(std::uint32_t a) {
        std::uint64_t offset;
        const auto* handler = table_.find(a, offset);
        return handler ? (*handler)->read(offset) : 0;
    }
    void store(std::uint32_t a, std::uint64_t value) {
        std::uint64_t offset;
        if (const auto* handler = table_.find(a, offset)) (*handler)->write(offset, value);
    }

private:
    Ram memory_;
    Table<std::unique_ptr<Handler>> table_;
};

template <class Name, std::size_t Devices>
class Function {
public:
    static constexpr auto name = Name::name;
    static constexpr std::size_t devices = Devices;

    Function() {
        for (std::size_t i = 0; i != Devices; ++i)
            table_.add(
                device_base(i).value, register_bytes,
                {[this, i](std::uint64_t offset) { return devices_[i].template read<std::uint64_t>(offset); },
                 [this, i](std::uint64_t offset, std::uint64_t value) { devices_[i].write(offset, value); }});
        std::byte* const ram = memory_.data();
        table_.add(ram_at, ram_size.count,
                   {[ram](std::uint64_t offset) { return read_memory<std::uint64_t>(ram + offset); },
                    [ram](std::uint64_t offset, std::uint64_t value) { write_memory(ram + offset, value); }});
    }
    Function(const Function&) = delete;
    bool good() const { return memory_.data() != nullptr; }
    std::uint64_t load(std::uint32_t a) {
        std::uint64_t offset;
        const Functions* functions = table_.find(a, offset);
        return functions ? functions->read(offset) : 0;
    }
    void store(std::uint32_t a, std::uint64_t value) {
        std::uint64_t offset;
        if (const Functions* functions = table_.find(a, offset)) functions->write(offset, value);
    }

private:
    Ram memory_;
    std::array<Registers, Devices> devices_;
    Table<Functions> table_;
};

struct Chain8 {
    static constexpr auto name = "chain_8";
};
struct Chain64 {
    static constexpr auto name = "chain_64";
};
struct ChainWindows {
    static constexpr auto name = "chain_windows";
};
struct Virtual8 {
    static constexpr auto name = "virtual_8";
};
struct Virtual64 {
    static constexpr auto name = "virtual_64";
};
struct Function8 {
    static constexpr auto name = "function_8";
};
struct Function64 {
    static constexpr auto name = "function_64";
};

constexpr bool has_devices(Pattern pattern) {
    return pattern == Pattern::mixed_1m || pattern == Pattern::device || pattern == Pattern::devices;
}
constexpr bool ram_only(Pattern pattern) { return !has_devices(pattern); }
constexpr bool all(Pattern) { return true; }

template <class Target>
void add(bool (*wanted)(Pattern) = all, ListOf list_of = in_one_window) {
    measure<Target>(list_of, [] { return std::make_unique<Target>(); }, wanted);
}

}  // namespace

void add_by_hand() {
    add<Raw<Ram>>(ram_only);
    add<Raw<StaticRam>>(ram_only);
    add<Direct>(has_devices);
    add<Chain<Chain8, 8>>();
    add<Chain<Chain64, 64>>();
    add<Chain<ChainWindows, 8, 2>>(all, in_two_windows);
    add<Virtual<Virtual8, 8>>();
    add<Virtual<Virtual64, 64>>();
    add<Function<Function8, 8>>();
    add<Function<Function64, 64>>();
}

}  // namespace access_benchmark
