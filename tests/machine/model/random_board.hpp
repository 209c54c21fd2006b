// Boards out of a number: what stands where, in which order, under which qualifiers, comes from the seed.
//
//     using Some = RandomBoard<17>;
//     static_assert(Board<Some>);
//
// Eleven entries s0 ... s10 have roles that the seed deals out; between them stand seven devices, of which one drives a
// bank and two windows. Entries like to stand next to each other, and overlays on borders.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/board/board.hpp>

#include "devices.hpp"
#include "facts.hpp"

namespace model {

struct Random {
    std::uint64_t state;

    constexpr std::uint64_t next() { return state = mixed(state); }
    constexpr std::uint64_t below(std::uint64_t n) { return (next() >> 11) % n; }
    constexpr bool one_in(std::uint64_t n) { return below(n) == 0; }
};

enum class Over : std::uint8_t { no, both, loads, stores };
enum class What : std::uint8_t { ram, rom, mirror, bank, reserved };

/// One entry of the map before it has a type.
struct Spec {
    What what{};
    Over over{};
    std::uint64_t base = 0, size = 0, offset = 0, count = 1, page = 0;
    std::string_view source{};
    bool main_ram = false, placed = true, selected = false, drops = false;
    bool narrowed = false, split = false, again = false;
    int opened = 0, moved = 0;  // by which window of the mapper: 1 or 2; 0: neither
    std::uint64_t bus = 8;
    Interval inside{};
};

inline constexpr std::size_t slots = 11, device_count = 7;
inline constexpr std::array<std::string_view, slots> slot_names{"s0", "s1", "s2", "s3", "s4", "s5",
                                                                "s6", "s7", "s8", "s9", "s10"};
inline constexpr std::uint64_t clusters[] = {0x0, 0x8000'0000, 0xffff'ffff'ffff'8000};  // 32 KiB each
inline constexpr std::uint64_t cluster_size = 0x8000;

using ByteChip = Registers<24, Rule{{1}, true}, 21>;
using WordChip = Registers<20, Rule{{4}, true}>;
using HalfChip = Registers<36, Rule{{2, 4}, false}, 9>;
using WideChip = Registers<40, Rule{{1, 2, 4, 8}, false}>;
using OddChip = Registers<13, Rule{{1, 2}, true}>;

struct Plan {
    std::array<Spec, slots> entries{};
    std::array<Spec, device_count> devices{};
    std::array<Interval, 3> ram{};  // windows in order; the last is a mirror of what follows
    std::uint64_t ram_size = 0, mirror_offset = 0;
    std::uint64_t arena = 0;
    Unmapped unmapped{};
    bool sound = true;
};

/// Finds places: solid entries share nothing, static overlays of one direction neither, and something of each solid entry
/// stays visible.
struct Ground {
    struct Taken {
        Interval range;
        bool loads = true, stores = true, changes = false;
    };
    Random& random;
    std::array<Interval, 24> solid{};
    std::array<Interval, 24> kept{};
    std::array<Taken, 24> over{};
    std::size_t solids = 0, overs = 0;
    std::uint64_t main = 0;

    constexpr std::uint64_t anywhere(std::uint64_t size, std::uint64_t unit) {
        const std::uint64_t cluster = clusters[random.one_in(3) ? random.below(3) : main];
        return cluster + random.below((cluster_size - size) / unit + 1) * unit;
    }
    constexpr std::uint64_t candidate(std::uint64_t size, std::uint64_t unit) {
        if (solids == 0 || random.one_in(4)) return anywhere(size, unit);
        const Interval near = solid[random.below(solids)];
        const std::uint64_t end = near.base.value + near.size.count;
        const std::uint64_t where = random.one_in(2) ? (end + unit - 1) / unit * unit
                                                     : (near.base.value - size) / unit * unit;
        return where;
    }
    constexpr bool fits(Interval range) const {
        for (const std::uint64_t cluster : clusters)
            if (Interval{{cluster}, Bytes{cluster_size}}.contains(range)) return true;
        return false;
    }
    constexpr std::uint64_t put(std::uint64_t size, std::uint64_t unit) {
        for (std::size_t tries = 0; tries != 400; ++tries) {
            const Interval range{{candidate(size, unit)}, Bytes{size}};
            bool free = fits(range);
            for (std::size_t i = 0; free && i != solids; ++i) free = !solid[i].overlaps(range);
            for (std::size_t i = 0; free && i != overs; ++i) free = !over[i].range.contains(range);
            if (!free) continue;
            take(range);
            return range.base.value;
        }
        const Interval spare{{0x4000'0000 + solids * 0x1'0000}, Bytes{size}};
        take(spare);
        return spare.base.value;
    }
    constexpr void take(Interval range) {
        const Bytes some{range.size.count < 8 ? range.size.count : 8};
        kept[solids] = random.one_in(2) ? Interval{range.base, some}
                                        : Interval{range.base + (range.size - some), some};
        solid[solids++] = range;
    }
    constexpr std::uint64_t put_over(std::uint64_t size, std::uint64_t unit, Over how, bool changes) {
        const bool loads = how != Over::stores, stores = how != Over::loads;
        for (std::size_t tries = 0; tries != 400; ++tries) {
            const Interval near = solid[random.below(solids)];
            std::uint64_t base = near.base.value + random.below(near.size.count);
            if (random.one_in(2)) base -= size;
            if (random.one_in(4)) base = anywhere(size, unit);
            base = base / unit * unit;
            const Interval range{{base}, Bytes{size}};
            bool free = fits(range);
            for (std::size_t i = 0; free && i != solids && !changes && loads && stores; ++i)
                free = !kept[i].overlaps(range);
            for (std::size_t i = 0; free && i != overs; ++i)
                free = changes || over[i].changes || !over[i].range.overlaps(range) ||
                       !((loads && over[i].loads) || (stores && over[i].stores));
            if (!free) continue;
            over[overs++] = {range, loads, stores, changes};
            return base;
        }
        const Interval spare{{0x5000'0000 + overs * 0x1'0000}, Bytes{size}};
        over[overs++] = {spare, loads, stores, changes};
        return spare.base.value;
    }
};

constexpr Plan make_plan(std::uint64_t seed) {
    Random random{mixed(seed)};
    Plan plan;
    Ground ground{random};
    ground.main = random.below(3);
    const auto size = [&](std::uint64_t most) { return 8 * (1 + random.below(most / 8)); };
    const auto some_over = [&] { return static_cast<Over>(1 + random.below(3)); };

    // Main RAM: one window or two, and one that shows some of it once more.
    const std::uint64_t first = 0x200 + size(0x2000), second = size(0x1000);
    plan.ram_size = seed % 4 < 2 ? first + second : first;
    plan.ram[0] = {{ground.put(first, 8)}, Bytes{first}};
    if (seed % 4 == 2) {  // to the end of the address space
        ground.solids = 0;
        plan.ram[0].base = {0 - first};
        ground.take(plan.ram[0]);
    }
    plan.ram[1] = {{ground.put(second, 8)}, Bytes{second}};
    plan.mirror_offset = 8 * random.below(first / 8);
    const std::uint64_t mirrored = size(first - plan.mirror_offset);
    plan.ram[2] = {{ground.put(mirrored, 8)}, Bytes{mirrored}};

    // The roles of the slots.
    std::array<std::size_t, slots> role{};
    for (std::size_t i = 0; i != slots; ++i) role[i] = i;
    for (std::size_t i = slots - 1; i != 0; --i) {
        const std::size_t j = random.below(i + 1), held = role[i];
        role[i] = role[j], role[j] = held;
    }
    const auto name = [&](std::size_t r) { return slot_names[role[r]]; };
    const auto spec = [&](std::size_t r) -> Spec& { return plan.entries[role[r]]; };
    const auto block = [&] { return random.one_in(2) ? What::ram : What::rom; };
    const auto place = [&](Spec& s, std::uint64_t bytes) {
        if (s.over == Over::no)
            s.base = ground.put(bytes, 8);
        else
            s.base = ground.put_over(bytes, 8, s.over, s.opened != 0 || s.moved != 0);
    };

    Spec& paged = spec(0);  // shown by banks
    const std::uint64_t page = size(0x200), pages = 1 + random.below(6);
    paged = {.what = block(), .size = page * pages, .placed = false};
    Spec& solid = spec(3);
    solid = {.what = block(), .size = size(0x800)};
    solid.drops = solid.what == What::rom && random.one_in(2);
    place(solid, solid.size);
    Spec& sheet = spec(6);
    sheet = {.what = block(), .over = static_cast<Over>(random.below(4)), .size = size(0x400)};
    sheet.drops = sheet.what == What::rom && random.one_in(2);
    place(sheet, sheet.size);

    Spec& by_hand = spec(1);
    by_hand = {.what = What::bank,
               .over = static_cast<Over>(random.below(4)),
               .size = page,
               .page = random.below(pages),
               .source = name(0)};
    by_hand.drops = paged.what == What::rom && random.one_in(2);
    place(by_hand, page);
    Spec& by_device = spec(2);
    by_device = {.what = What::bank,
                 .over = static_cast<Over>(random.below(4)),
                 .size = page,
                 .source = name(0),
                 .selected = true};
    if (by_device.over != Over::no && random.one_in(2)) by_device.opened = 2;
    place(by_device, page);

    Spec& again = spec(4);
    again = {.what = What::mirror,
             .over = random.one_in(2) ? Over::no : some_over(),
             .size = size(0x400),
             .offset = 0,
             .count = 1 + random.below(4),
             .main_ram = true};
    again.offset = 8 * random.below((plan.ram_size - again.size) / 8 + 1);
    place(again, again.size * again.count);
    Spec& other = spec(5);
    const std::size_t of = random.one_in(2) ? 3 : random.one_in(2) ? 0 : 6;
    other = {.what = What::mirror,
             .over = random.one_in(2) ? Over::no : some_over(),
             .size = size(spec(of).size),
             .offset = 0,
             .count = 1 + random.below(3),
             .source = name(of)};
    other.offset = 8 * random.below((spec(of).size - other.size) / 8 + 1);
    other.drops = spec(of).what == What::rom && random.one_in(2);
    place(other, other.size * other.count);

    Spec& taken = spec(8);
    taken = {.what = What::reserved, .over = random.one_in(2) ? Over::no : Over::both, .size = size(0x80)};
    place(taken, taken.size);

    // Devices: the mapper first, then one of each.
    constexpr std::uint64_t registers[device_count] = {40, 24, 20, 36, 40, 24, 8192};
    for (std::size_t i = 0; i != device_count; ++i) {
        Spec& device = plan.devices[i];
        const bool flash = i == 6;
        std::uint64_t window = registers[i];
        device.over = random.one_in(3) ? (i == 0 ? Over::both : some_over()) : Over::no;
        if (!flash && random.one_in(3)) {
            window += random.below(80);
            device.again = random.one_in(2);
        }
        if (i != 5 && !flash) {
            device.narrowed = random.one_in(3);
            device.split = !device.narrowed && random.one_in(2);
            device.bus = std::uint64_t{1} << random.below(4);
        }
        device.size = window;
        device.base = device.over == Over::no ? ground.put(window, 8)
                                              : ground.put_over(window, 8, device.over, false);
    }
    Spec& alias = spec(7);
    constexpr std::string_view aliased[] = {"map", "byte", "word", "half", "wide", "flash"};
    constexpr std::size_t number[] = {0, 1, 2, 3, 4, 6};
    const std::size_t which = random.below(6);
    const std::uint64_t whole = plan.devices[number[which]].size / 8 * 8;
    alias = {.what = What::mirror,
             .over = random.one_in(2) ? Over::no : some_over(),
             .size = size(whole),
             .offset = 0,
             .count = 1 + random.below(3),
             .source = aliased[which]};
    alias.offset = 8 * random.below((whole - alias.size) / 8 + 1);
    place(alias, alias.size * alias.count);

    // Windows that open and move, in the neighbourhood of everything else.
    plan.arena = clusters[ground.main] + 8 * random.below((cluster_size - 0x1400) / 8);
    const auto moving = [&](Spec& s, int by, std::uint64_t bytes) {
        s.over = some_over();
        s.moved = by;
        if (random.one_in(2)) s.opened = 3 - by;
        s.base = plan.arena + 8 * random.below((0x1000 - bytes) / 8);
        s.inside = {{plan.arena + 8 * random.below(0x80)}, Bytes{0x800 + size(0x400)}};
        s.base = s.inside.base.value;
        ground.over[ground.overs++] = {{{s.base}, Bytes{bytes}}, true, true, true};
    };
    Spec& opens = spec(9);
    opens = {.what = random.one_in(3) ? What::reserved : block(), .size = size(0x300)};
    if (random.one_in(2)) {
        moving(opens, 1, opens.size);
    } else {
        opens.over = some_over();
        opens.opened = 1;
        place(opens, opens.size);
    }
    Spec& moves = spec(10);
    moves = {.what = What::mirror,
             .size = size(0x100),
             .offset = 0,
             .count = 1 + random.below(2),
             .main_ram = true};
    moves.offset = 8 * random.below((plan.ram_size - moves.size) / 8 + 1);
    moving(moves, 2, moves.size * moves.count);

    const std::uint64_t open_bus = random.below(3);
    if (open_bus == 1) plan.unmapped = reads_as(static_cast<std::uint8_t>(random.next()));
    if (open_bus == 2) plan.unmapped = reads_as_last;
    return plan;
}

template <FixedText Name, class D>
constexpr Entry<Name, D> qualified(Entry<Name, D> entry, const Spec& s) {
    switch (s.over) {
    case Over::no: break;
    case Over::both: entry = overlay(entry); break;
    case Over::loads: entry = load_overlay(entry); break;
    case Over::stores: entry = store_overlay(entry); break;
    }
    if (s.opened != 0) entry = entry.opened_by(s.opened == 1 ? "map.open1" : "map.open2");
    if (s.moved != 0) entry = entry.moved_by(s.moved == 1 ? "map.base1" : "map.base2", s.inside);
    if (s.drops) entry = entry.ignoring_stores();
    return entry;
}
template <FixedText Name>
constexpr Entry<Name, NoDevice> entry_of(const Spec& s) {
    const GuestAddress base = at(s.base);
    const Bytes size{s.size};
    switch (s.what) {
    case What::ram:
        return s.placed ? qualified(ram_block<Name>(base, size), s) : ram_block<Name>(nowhere, size);
    case What::rom: return s.placed ? qualified(rom<Name>(base, size), s) : rom<Name>(nowhere, size);
    case What::reserved: return qualified(reserved<Name>(base, size), s);
    case What::bank: {
        const auto made = bank<Name>(s.source, base, size).starting_at(s.page);
        return qualified(s.selected ? made.selected_by("map.page") : made, s);
    }
    case What::mirror: break;
    }
    const auto made = mirror<Name>(
        s.main_ram ? main_ram_at(Bytes{s.offset}, size) : block_at(s.source, Bytes{s.offset}, size), base);
    return qualified(s.count == 1 ? made : made.repeated(s.count), s);
}
template <FixedText Name, class D>
constexpr Entry<Name, D> device_of(const Spec& s) {
    auto made = device<Name, D>(at(s.base), Bytes{s.size});
    if (s.again) made = made.repeated();
    if (s.narrowed) made = made.narrowed(Bytes{s.bus});
    if (s.split) made = made.split();
    return qualified(made, s);
}

template <std::uint64_t Seed>
struct RandomBoard {
    static constexpr Plan plan = make_plan(Seed);

    static constexpr auto placement() {
        if constexpr (Seed % 4 == 0)
            return fill(window(plan.ram[0].base, plan.ram[0].size),
                        window(plan.ram[1].base, plan.ram[1].size));
        else if constexpr (Seed % 4 == 1)
            return placement::Mirrored<placement::Fill<2>>{
                fill(window(plan.ram[0].base, plan.ram[0].size), window(plan.ram[1].base, plan.ram[1].size)),
                plan.ram[2].base, part(Bytes{plan.mirror_offset}, plan.ram[2].size)};
        else if constexpr (Seed % 4 == 2)
            return placement::At(plan.ram[0].base);
        else
            return placement::Mirrored<placement::At>{placement::At(plan.ram[0].base), plan.ram[2].base,
                                                      part(Bytes{plan.mirror_offset}, plan.ram[2].size)};
    }
    static constexpr Bytes ram_size{plan.ram_size};

    static constexpr auto name = "random";
    static constexpr auto ram = main_ram("ram", ram_size).placed(placement());
    static constexpr auto map = memory_map(
        entry_of<"s0">(plan.entries[0]), entry_of<"s1">(plan.entries[1]),
        device_of<"map", Mapper<plan.arena>>(plan.devices[0]), entry_of<"s2">(plan.entries[2]),
        device_of<"byte", ByteChip>(plan.devices[1]), entry_of<"s3">(plan.entries[3]),
        entry_of<"s4">(plan.entries[4]), device_of<"word", WordChip>(plan.devices[2]),
        entry_of<"s5">(plan.entries[5]), entry_of<"s6">(plan.entries[6]),
        device_of<"half", HalfChip>(plan.devices[3]), entry_of<"s7">(plan.entries[7]),
        device_of<"wide", WideChip>(plan.devices[4]), device_of<"dma", Copier>(plan.devices[5]),
        entry_of<"s8">(plan.entries[8]), entry_of<"s9">(plan.entries[9]),
        device_of<"flash", Flash>(plan.devices[6]), entry_of<"s10">(plan.entries[10]));
    static constexpr auto ports = memory_map(
        device<"odd", OddChip>(at(0x10), 16_B).split(), device<"port", WideChip>(at(0x20), 64_B),
        overlay(reserved<"taken">(at(0x28), 8_B)), mirror<"echo">(block_at("odd", 8_B, 5_B), at(0xb)),
        overlay(device<"late", ByteChip>(at(0x58), 24_B).narrowed(2_B)).opened_by("map.open1"));
    static constexpr auto wires = wiring(wire<"map.a", "hart0", 3>, wire<"map.b", "hart1", 63>,
                                         wire<"wide.a", "hart1", 0>, wire<"dma.failed", "hart0", 31>,
                                         wire<"port.b", "hart1", 7>);
    static constexpr std::array hart_wires{HartWire{2, 0, 0, 3}, HartWire{2, 1, 1, 63}, HartWire{12, 0, 1, 0},
                                           HartWire{13, 0, 0, 31}, HartWire{19, 1, 1, 7}};
    static constexpr unsigned harts = 2;
    static constexpr std::endian byte_order = Seed % 3 == 1 ? std::endian::big : std::endian::little;
    static constexpr Unmapped unmapped = plan.unmapped;
};

}  // namespace model
