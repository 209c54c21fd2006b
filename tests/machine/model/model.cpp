#include "model.hpp"

#include <algorithm>

namespace model {

namespace {

constexpr std::size_t no_entry = ~std::size_t{0};
/// There is no bus behind the last address, open or not.
constexpr Model::Byte past_the_end{.kind = Model::Byte::Kind::reserved};

std::byte byte_of_value(std::uint64_t value, std::size_t width, std::size_t i, bool big) {
    return static_cast<std::byte>(value >> 8 * (big ? width - 1 - i : i));
}
std::uint64_t value_of_bytes(std::span<const std::byte> bytes, bool big) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i != bytes.size(); ++i)
        value |= std::to_integer<std::uint64_t>(bytes[i]) << 8 * (big ? bytes.size() - 1 - i : i);
    return value;
}
std::size_t widest(const AccessRule& rule, Bytes registers) {
    std::size_t result = 0;
    for (const std::size_t width : rule.widths)
        if (width <= registers.count) result = std::max(result, width);
    return result;
}

}  // namespace

Model::Model(const Facts& facts, Devices devices)
    : facts_(facts), devices_(std::move(devices)), busy_(facts.regions.size()) {
    blocks_.emplace_back(facts.ram_size.count);
    for (const Region& region : facts.regions) {
        block_of_entry_.push_back(blocks_.size());
        if (region.has_block()) blocks_.emplace_back(region.range.size.count);
        pages_.push_back(region.first_page);
    }
    for (std::size_t i = 0; i != devices_.size(); ++i)
        if (devices_[i] && facts.regions[i].keeps_block)
            devices_[i]->attach(blocks_[block_of(i)], facts.order);
}

std::size_t Model::entry_named(std::string_view name) const {
    for (std::size_t i = 0; i != facts_.regions.size(); ++i)
        if (facts_.regions[i].name == name) return i;
    return no_entry;
}

std::uint64_t Model::control(const Control& control) const {
    const std::size_t device = entry_named(control.device);
    const auto names = facts_.regions[device].controls;
    std::size_t n = 0;
    while (names[n] != control.name) ++n;
    return devices_[device]->control(n);
}

std::uint64_t Model::page(std::size_t entry) const {
    const Region& region = facts_.regions[entry];
    if (region.kind != RegionKind::bank) return 0;
    if (!region.selected_by.used()) return pages_[entry];
    const Region& source = facts_.regions[entry_named(region.source)];
    return control(region.selected_by) % (source.range.size / region.range.size);
}
std::uint64_t Model::base(std::size_t entry) const {
    const Region& region = facts_.regions[entry];
    return region.moved_by.used() ? control(region.moved_by) : region.range.base.value;
}
bool Model::shown(std::size_t entry) const {
    const Region& region = facts_.regions[entry];
    if (!region.placed) return false;
    if (region.opened_by.used() && control(region.opened_by) == 0) return false;
    if (!region.moved_by.used()) return true;
    return base(entry) % 8 == 0 && region.moves_in.contains(Interval{{base(entry)}, region.range.size});
}

std::vector<std::uint64_t> Model::map_state() const {
    std::vector<std::uint64_t> state;
    for (std::size_t i = 0; i != facts_.regions.size(); ++i) {
        const Region& region = facts_.regions[i];
        if (region.kind == RegionKind::bank) state.push_back(page(i));
        if (region.changes()) state.push_back(shown(i) ? base(i) : 1);
        if (devices_[i] && region.keeps_block) state.push_back(devices_[i]->reads_memory() ? 1 : 0);
    }
    return state;
}

Model::Byte Model::byte_of(std::size_t entry, std::uint64_t delta, Access access, bool contents) const {
    using enum Byte::Kind;
    const Region& region = facts_.regions[entry];
    if (region.period != Bytes{}) delta %= region.period.count;
    const auto registers = [&](std::size_t number, std::uint64_t offset) -> Byte {
        if (facts_.regions[number].keeps_block && access != Access::store &&
            (contents || devices_[number]->reads_memory()))
            return {memory, entry, block_of(number), offset, false, false};
        return {Byte::Kind::device, entry, number, offset, false, false};
    };
    switch (region.kind) {
    case RegionKind::ram: return {memory, entry, block_of(entry), delta, true, false};
    case RegionKind::rom: return {memory, entry, block_of(entry), delta, false, region.drops_stores};
    case RegionKind::device: return registers(entry, delta);
    case RegionKind::reserved: return {reserved, entry, 0, 0, false, false};
    case RegionKind::bank: {
        const std::size_t source = entry_named(region.source);
        return {memory,
                entry,
                block_of(source),
                page(entry) * region.range.size.count + delta,
                facts_.regions[source].kind == RegionKind::ram,
                region.drops_stores};
    }
    case RegionKind::mirror: break;
    }
    delta += region.source_offset.count;
    if (region.source.empty()) return {memory, entry, 0, delta, true, false};
    const std::size_t source = entry_named(region.source);
    const Region& shows = facts_.regions[source];
    if (shows.kind == RegionKind::device)
        return registers(source, shows.period != Bytes{} ? delta % shows.period.count : delta);
    return {memory, entry, block_of(source), delta, shows.kind == RegionKind::ram, region.drops_stores};
}

Model::Byte Model::find(std::size_t space, std::uint64_t address, Access access, bool contents) const {
    const std::size_t count = facts_.regions.size();
    for (const bool overlays : {true, false}) {
        for (std::size_t i = 0; i != count; ++i) {
            const Region& region = facts_.regions[i];
            if (region.space != space || region.overlay != overlays || !region.answers(access)) continue;
            if (!shown(i)) continue;
            const std::uint64_t delta = address - base(i);
            if (delta < region.range.size.count) return byte_of(i, delta, access, contents);
        }
    }
    if (space == memory_space)
        for (std::size_t i = 0; i != facts_.ram.size(); ++i) {
            const RamWindow& window = facts_.ram[i];
            const std::uint64_t delta = address - window.base.value;
            if (delta < window.size.count)
                return {Byte::Kind::memory, count + i, 0, window.offset.count + delta, true, false};
        }
    return {};
}
Model::Byte Model::at(std::size_t space, std::uint64_t address, Access access) const {
    return find(space, address, access, false);
}
Model::Byte Model::contents_at(std::uint64_t address) const {
    return find(memory_space, address, Access::load, true);
}

void Model::put(std::size_t block, std::uint64_t offset, std::byte value) {
    blocks_[block][offset] = value;
    stored_.push_back({block, offset, 1});
}
/// Narrow values are on every lane of the bus.
void Model::moved(std::span<const std::byte> bytes) {
    for (std::size_t i = 0; i != last_.size(); ++i) last_[i] = bytes[i % bytes.size()];
}

/// The width first, then where the access ends, then how it lies.
FaultReason Model::device_fault(const Byte& first, std::size_t width, bool inside) const {
    const Region& region = facts_.regions[first.source];
    const AccessRule rule = devices_[first.source]->access();
    const std::size_t most = widest(rule, region.registers);
    const bool whole = rule.allows(width) && width <= region.registers.count;
    if (!whole && (width <= most || most == 0 || region.wide == WideAccess::fault)) return FaultReason::width;
    if (!inside) return FaultReason::straddles;
    std::size_t reach = width;  // narrowed: as far as the last part that the device sees
    if (!whole && region.wide == WideAccess::narrow)
        reach = width - std::min<std::size_t>(width, static_cast<std::size_t>(region.bus_width.count)) + most;
    if (reach > region.registers.count || first.offset > region.registers.count - reach)
        return FaultReason::unmapped;
    if (rule.aligned && first.offset % width != 0) return FaultReason::misaligned;
    if (busy_[first.source]) return FaultReason::refused;
    return FaultReason::none;
}

/// Calls `transfer(offset, width, shift)` for each access that the device sees; `shift` is where its value's lowest bit is
/// in the value of the whole.
template <class Transfer>
FaultReason Model::transfer(const Byte& first, std::size_t width, Transfer transfer) {
    const Region& region = facts_.regions[first.source];
    const AccessRule rule = devices_[first.source]->access();
    const std::size_t most = widest(rule, region.registers);
    std::size_t step = width, part = width;
    if (!rule.allows(width)) {
        part = most;
        step = region.wide == WideAccess::split
                   ? most
                   : std::min<std::size_t>(width, static_cast<std::size_t>(region.bus_width.count));
    }
    busy_[first.source] = true;
    FaultReason reason = FaultReason::none;
    for (std::size_t done = 0; done != width && reason == FaultReason::none; done += step) {
        const std::size_t shift = 8 * (facts_.order == std::endian::big ? width - done - step : done);
        if (!transfer(first.offset + done, part, shift)) reason = FaultReason::refused;
    }
    devices_[first.source]->work(ModelBus{*this});
    busy_[first.source] = false;
    return reason;
}
FaultReason Model::device_load(const Byte& first, std::size_t width, std::uint64_t& value, bool inside) {
    if (const FaultReason fault = device_fault(first, width, inside); fault != FaultReason::none)
        return fault;
    return transfer(first, width, [&](std::uint64_t offset, std::size_t part, std::size_t shift) {
        const auto answer = devices_[first.source]->read(part, offset, ModelBus{*this});
        if (answer) value |= *answer << shift;
        return answer.has_value();
    });
}
FaultReason Model::device_store(const Byte& first, std::size_t width, std::uint64_t value, bool inside) {
    if (const FaultReason fault = device_fault(first, width, inside); fault != FaultReason::none)
        return fault;
    const std::size_t block = block_of(first.source);
    std::vector<std::byte> before;
    if (facts_.regions[first.source].keeps_block) before = blocks_[block];
    const FaultReason reason = transfer(
        first, width, [&](std::uint64_t offset, std::size_t part, std::size_t shift) {
            return devices_[first.source]->write(part, offset, value >> shift, ModelBus{*this}).has_value();
        });
    for (std::size_t i = 0; i != before.size(); ++i)
        if (before[i] != blocks_[block][i]) stored_.push_back({block, i, 1});
    return reason;
}

/// All of it is in one window, and no repeat of a mirror ends before it does. A device that repeats itself has no register
/// behind its last, which is another fault.
bool Model::inside(std::size_t space, std::uint64_t address, std::size_t width, const Byte& first,
                   Access access) const {
    for (std::size_t i = 1; i != width; ++i) {
        if (address + i < address) return false;
        const Byte byte = at(space, address + i, access);
        if (byte.kind != first.kind || byte.entry != first.entry) return false;
        const bool mirrored = first.entry != first.source;
        if (mirrored && facts_.regions[first.source].period == Bytes{} && byte.offset != first.offset + i)
            return false;
    }
    return true;
}

Outcome Model::load(std::size_t space, std::uint64_t address, std::size_t width, Access access,
                    bool swapped) {
    const bool big = (facts_.order == std::endian::big) != swapped;
    Outcome outcome{};
    outcome.fault_address = address;
    std::array<std::byte, 8> bytes{};
    const Byte first = at(space, address, access);
    if (first.kind == Byte::Kind::device) {
        if (access == Access::fetch) {
            outcome.reason = FaultReason::not_executable;
            return outcome;
        }
        std::uint64_t value = 0;
        outcome.reason = device_load(first, width, value, inside(space, address, width, first, access));
        if (outcome.reason != FaultReason::none) return outcome;
        for (std::size_t i = 0; i != width; ++i)
            bytes[i] = byte_of_value(value, width, i, facts_.order == std::endian::big);
    } else {
        for (std::size_t i = 0; i != width; ++i) {
            const Byte byte = address + i < address ? past_the_end : at(space, address + i, access);
            if (byte.kind == Byte::Kind::memory) {
                bytes[i] = blocks_[byte.source][byte.offset];
            } else if (byte.kind == Byte::Kind::nothing && !facts_.unmapped.faults()) {
                bytes[i] = facts_.unmapped.kind == Unmapped::Kind::last ? last_[i]
                                                                        : std::byte{facts_.unmapped.value};
            } else {
                outcome.reason = i == 0 ? FaultReason::unmapped : FaultReason::straddles;
                return outcome;
            }
        }
    }
    const auto seen = std::span(bytes).first(width);
    moved(seen);
    outcome.value = value_of_bytes(seen, big);
    return outcome;
}

FaultReason Model::store(std::size_t space, std::uint64_t address, std::size_t width, std::uint64_t value,
                         bool swapped) {
    const bool big = (facts_.order == std::endian::big) != swapped;
    std::array<std::byte, 8> bytes{};
    for (std::size_t i = 0; i != width; ++i) bytes[i] = byte_of_value(value, width, i, big);
    const auto given = std::span(bytes).first(width);
    const Byte first = at(space, address, Access::store);
    if (first.kind == Byte::Kind::device) {
        const FaultReason reason = device_store(first, width,
                                                value_of_bytes(given, facts_.order == std::endian::big),
                                                inside(space, address, width, first, Access::store));
        if (reason == FaultReason::none) moved(given);
        return reason;
    }
    for (std::size_t i = 0; i != width; ++i) {
        const Byte byte = address + i < address ? past_the_end : at(space, address + i, Access::store);
        if (byte.kind == Byte::Kind::memory) {
            if (!byte.writable && !byte.drops) return FaultReason::read_only;
        } else if (byte.kind != Byte::Kind::nothing || facts_.unmapped.faults()) {
            return i == 0 ? FaultReason::unmapped : FaultReason::straddles;
        }
    }
    for (std::size_t i = 0; i != width; ++i)
        if (const Byte byte = address + i < address ? Byte{} : at(space, address + i, Access::store);
            byte.writable)
            put(byte, bytes[i]);
    moved(given);
    return FaultReason::none;
}

FaultReason Model::bus_copy(std::uint64_t address, std::span<std::byte> bytes, Access access) {
    for (std::size_t i = 0; i != bytes.size(); ++i) {
        const Byte byte = address + i < address ? Byte{} : at(memory_space, address + i, access);
        if (byte.kind != Byte::Kind::memory || (access == Access::store && !byte.writable && !byte.drops))
            return FaultReason::not_memory;
    }
    for (std::size_t i = 0; i != bytes.size(); ++i) {
        const Byte byte = at(memory_space, address + i, access);
        if (access == Access::store && byte.writable)
            put(byte, bytes[i]);
        else if (access != Access::store)
            bytes[i] = blocks_[byte.source][byte.offset];
    }
    return FaultReason::none;
}
Stored ModelBus::read(GuestAddress address, std::span<std::byte> to) {
    if (const auto reason = model.bus_copy(address.value, to, Access::load); reason != FaultReason::none)
        return std::unexpected(BusFault{address, 0, Access::load, reason});
    return {};
}
Stored ModelBus::write(GuestAddress address, std::span<const std::byte> from) {
    std::vector<std::byte> bytes(from.begin(), from.end());
    if (const auto reason = model.bus_copy(address.value, bytes, Access::store); reason != FaultReason::none)
        return std::unexpected(BusFault{address, 0, Access::store, reason});
    return {};
}

/// `ram_span`, `memory_view`, `memory_span` and `atomic_word`: a stretch of one block, all of which is there. Over the
/// border of two entries that happen to show one stretch, none may be given as well.
Outcome Model::span(const Step& step) const {
    using Kind = Step::Kind;
    Outcome outcome;
    const bool atomic = step.kind == Kind::atomic_word;
    const std::uint64_t size = atomic ? step.width : step.size;
    if (size == 0 || (atomic && step.address % step.width != 0)) return outcome;
    Byte first;
    for (std::uint64_t i = 0; i != size; ++i) {
        if (step.address + i < step.address) return outcome;
        const Byte byte = step.kind == Kind::memory_span ? contents_at(step.address + i)
                                                         : at(memory_space, step.address + i, Access::load);
        if (byte.kind != Byte::Kind::memory) return outcome;
        if (step.kind == Kind::ram_span || atomic) {
            const Byte stored = at(memory_space, step.address + i, Access::store);
            if (stored.kind != Byte::Kind::memory || !stored.writable || stored.source != byte.source ||
                stored.offset != byte.offset)
                return outcome;
            if (stored.entry != byte.entry) outcome.may_be_none = true;
        }
        if (i == 0) first = byte;
        if (byte.source != first.source || byte.offset != first.offset + i) return {};
        if (byte.entry != first.entry) outcome.may_be_none = true;
        const Region* region = byte.entry < facts_.regions.size() ? &facts_.regions[byte.entry] : nullptr;
        if (region != nullptr && region->period != Bytes{}) outcome.may_be_none = true;
    }
    outcome.place = {first.source, first.offset, size};
    return outcome;
}

Outcome Model::perform(const Step& step) {
    using Kind = Step::Kind;
    Outcome outcome{};
    outcome.fault_address = step.address;
    switch (step.kind) {
    case Kind::load: return load(memory_space, step.address, step.width, Access::load, step.swapped);
    case Kind::fetch: return load(memory_space, step.address, step.width, Access::fetch, step.swapped);
    case Kind::port_load: return load(port_space, step.address, step.width, Access::load, step.swapped);
    case Kind::store:
    case Kind::port_store:
        outcome.reason = store(step.kind == Kind::store ? memory_space : port_space, step.address, step.width,
                               step.value, step.swapped);
        return outcome;
    case Kind::ram_span:
    case Kind::memory_view:
    case Kind::memory_span: return span(step);
    case Kind::atomic_word:
        outcome = span(step);
        for (std::size_t i = 0; i != outcome.place.size; ++i)
            put(outcome.place.block, outcome.place.offset + i,
                byte_of_value(step.value, step.width, i, false));
        return outcome;
    case Kind::memory_extent:
        while (outcome.value != step.size && step.address + outcome.value >= step.address &&
               contents_at(step.address + outcome.value).kind == Byte::Kind::memory)
            ++outcome.value;
        return outcome;
    case Kind::peek:
    case Kind::debug_read:
    case Kind::debug_write: {
        const std::uint64_t size = step.kind == Kind::peek ? step.width : step.size;
        std::vector<Byte> bytes;
        for (std::uint64_t i = 0; i != size; ++i) {
            bytes.push_back(step.address + i < step.address ? Byte{} : contents_at(step.address + i));
            if (bytes.back().kind != Byte::Kind::memory) {
                outcome.reason = FaultReason::not_memory;
                outcome.fault_address = step.address + i;
                return outcome;
            }
        }
        std::vector<std::byte> read;
        for (std::uint64_t i = 0; i != size; ++i)
            if (step.kind == Kind::debug_write)
                put(bytes[i], static_cast<std::byte>(mixed(step.value + i)));
            else
                read.push_back(blocks_[bytes[i].source][bytes[i].offset]);
        if (step.kind == Kind::peek)
            outcome.value = value_of_bytes(read, (facts_.order == std::endian::big) != step.swapped);
        else
            outcome.read = std::move(read);
        return outcome;
    }
    case Kind::select_bank: {
        const Region& region = facts_.regions[step.entry];
        const std::uint64_t pages = facts_.regions[entry_named(region.source)].range.size / region.range.size;
        if (step.value >= pages)
            outcome.reason = FaultReason::refused;
        else
            pages_[step.entry] = step.value;
        return outcome;
    }
    case Kind::poke: {
        const std::size_t block = block_of(step.entry);
        std::vector<std::byte> before;
        if (facts_.regions[step.entry].keeps_block) before = blocks_[block];
        devices_[step.entry]->poke(step.address, step.value);
        for (std::size_t i = 0; i != before.size(); ++i)
            if (before[i] != blocks_[block][i]) stored_.push_back({block, i, 1});
        busy_[step.entry] = true;
        devices_[step.entry]->work(ModelBus{*this});
        busy_[step.entry] = false;
        return outcome;
    }
    case Kind::reset:
        for (const auto& device : devices_)
            if (device) device->reset();
        for (std::size_t i = 0; i != pages_.size(); ++i) pages_[i] = facts_.regions[i].first_page;
        return outcome;
    }
    return outcome;
}

std::uint64_t Model::lines(std::size_t hart) const {
    std::uint64_t result = 0;
    for (const HartWire& wire : facts_.wires)
        if (wire.hart == hart && devices_[wire.device]->output(wire.pin))
            result |= std::uint64_t{1} << wire.line;
    return result;
}

}  // namespace model
