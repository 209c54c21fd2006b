#include "run.hpp"

#include <algorithm>
#include <optional>
#include <sstream>

namespace model {

namespace {

using Kind = Step::Kind;

std::string number(std::uint64_t value) {
    std::ostringstream text;
    text << "0x" << std::hex << value;
    return text.str();
}
std::string words(const Step& step) {
    static constexpr const char* names[] = {"load",          "store",       "fetch",       "port_load",
                                            "port_store",    "ram_span",    "memory_view", "memory_span",
                                            "memory_extent", "debug_read",  "debug_write", "peek",
                                            "atomic_word",   "select_bank", "poke",        "reset"};
    std::string text = names[static_cast<std::size_t>(step.kind)];
    text += " width " + std::to_string(step.width) + (step.swapped ? " swapped" : "") + " at " +
            number(step.address) + " value " + number(step.value) + " size " + number(step.size) + " entry " +
            std::to_string(step.entry);
    return text;
}
std::string words(const Outcome& outcome) {
    static constexpr const char* reasons[] = {"none",           "unmapped", "straddles",
                                              "read_only",      "width",    "misaligned",
                                              "not_executable", "refused",  "not_memory"};
    std::string text = reasons[static_cast<std::size_t>(outcome.reason)];
    text += " at " + number(outcome.fault_address) + " value " + number(outcome.value) + " place " +
            std::to_string(outcome.place.block) + ":" + number(outcome.place.offset) + "+" +
            number(outcome.place.size) + (outcome.may_be_none ? " or none" : "");
    for (const std::byte byte : outcome.read) text += " " + number(std::to_integer<unsigned>(byte));
    return text;
}
std::string words(const Facts& facts) {
    std::ostringstream text;
    text << std::hex;
    for (const RamWindow& w : facts.ram)
        text << "  main RAM " << w.base.value << "+" << w.size.count << " from " << w.offset.count << "\n";
    for (std::size_t i = 0; i != facts.regions.size(); ++i) {
        const Region& r = facts.regions[i];
        text << "  " << std::dec << i << std::hex << " " << r.name << ": " << name_of(r.kind) << " "
             << r.range.base.value << "+" << r.range.size.count;
        if (r.space == port_space) text << " port";
        if (r.overlay) text << " overlay";
        if (!r.takes_loads) text << " stores only";
        if (!r.takes_stores) text << " loads only";
        if (!r.placed) text << " nowhere";
        if (!r.source.empty()) text << " of " << r.source;
        if (r.source_offset != Bytes{}) text << " from " << r.source_offset.count;
        if (r.period != Bytes{}) text << " period " << r.period.count;
        if (r.selected_by.used()) text << " selected";
        if (r.opened_by.used()) text << " opened by " << r.opened_by.name;
        if (r.moved_by.used())
            text << " moved by " << r.moved_by.name << " in " << r.moves_in.base.value << "+"
                 << r.moves_in.size.count;
        if (r.drops_stores) text << " drops";
        if (r.wide == WideAccess::narrow) text << " narrowed " << r.bus_width.count;
        if (r.wide == WideAccess::split) text << " split";
        text << "\n";
    }
    text << "  " << (facts.order == std::endian::big ? "big" : "little") << ", open bus "
         << static_cast<int>(facts.unmapped.kind) << " " << static_cast<int>(facts.unmapped.value)
         << (facts.recorded ? ", recorded" : "") << "\n";
    return text.str();
}

/// One machine and its model, step by step.
class Pair {
public:
    explicit Pair(const Maker& maker) : machine_(maker.machine()), model_(maker.facts, maker.devices()) {
        const auto blocks = machine_->blocks();
        for (std::size_t b = 0; b != blocks.size(); ++b)
            for (std::size_t i = 0; i != blocks[b].size(); ++i)
                blocks[b][i] = model_.blocks()[b][i] = static_cast<std::byte>(mixed(b << 32 | i));
    }
    Model& model() { return model_; }

    /// Empty, or what differs.
    std::string perform(const Step& step, bool thoroughly) {
        const Facts& facts = machine_->facts();
        Reports& reports = machine_->reports();
        reports.stored.clear(), reports.accessed.clear();
        model_.stored().clear();
        const auto map = model_.map_state();
        const std::uint64_t version = machine_->map_version();
        const Outcome expected = model_.perform(step);
        const Outcome got = machine_->perform(step);
        if (!same(expected, got, step)) return "machine: " + words(got) + "\nmodel:   " + words(expected);
        const auto blocks = machine_->blocks();
        for (const Place& place : model_.stored()) {
            for (std::uint64_t i = 0; i != place.size; ++i)
                if (blocks[place.block][place.offset + i] != model_.blocks()[place.block][place.offset + i])
                    return "block " + std::to_string(place.block) + " differs at " + number(place.offset + i);
            if (facts.recorded && !reported(reports, place))
                return "no policy heard of a store into block " + std::to_string(place.block) + " at " +
                       number(place.offset);
        }
        if (thoroughly)
            for (std::size_t b = 0; b != blocks.size(); ++b)
                if (!std::ranges::equal(blocks[b], model_.blocks()[b]))
                    return "block " + std::to_string(b) + " differs";
        for (std::size_t i = 0; i != facts.regions.size(); ++i) {
            if (model_.has_device(i) && model_.digest(i) != machine_->digest(i))
                return "device " + std::string(facts.regions[i].name) + " differs";
            if (facts.regions[i].kind == RegionKind::bank && model_.page(i) != machine_->page(i))
                return "bank " + std::string(facts.regions[i].name) + " shows page " +
                       std::to_string(machine_->page(i)) + ", not " + std::to_string(model_.page(i));
        }
        for (std::size_t hart = 0; hart != facts.harts; ++hart)
            if (model_.lines(hart) != machine_->lines(hart))
                return "lines of hart " + std::to_string(hart) + ": " + number(machine_->lines(hart)) +
                       ", not " + number(model_.lines(hart));
        if (map != model_.map_state() && machine_->map_version() == version)
            return "the map changed, and its version did not";
        if (machine_->map_version() != version && step.kind == Kind::fetch)
            return "a fetch changed the map's version";
        if (facts.recorded) return heard(reports, step, got);
        return {};
    }

private:
    static bool same(const Outcome& model, const Outcome& machine, const Step& step) {
        if (model.reason != machine.reason) return false;
        if (model.reason != FaultReason::none && step.kind != Kind::select_bank)
            return model.fault_address == machine.fault_address;
        if (model.value != machine.value || model.read != machine.read) return false;
        return model.place == machine.place ||
               (model.may_be_none && machine.place == Place{} && step.kind != Kind::atomic_word);
    }
    static bool reported(const Reports& reports, const Place& place) {
        return std::ranges::any_of(reports.stored, [&](const Place& r) {
            return r.block == place.block && r.offset <= place.offset &&
                   place.offset + place.size <= r.offset + r.size;
        });
    }
    static std::string heard(const Reports& reports, const Step& step, const Outcome& got) {
        if (step.kind != Kind::load && step.kind != Kind::store && step.kind != Kind::fetch) return {};
        const Access access = step.kind == Kind::load    ? Access::load
                              : step.kind == Kind::store ? Access::store
                                                         : Access::fetch;
        const Reports::Accessed one{access, step.address, step.width};
        const auto times = std::ranges::count(reports.accessed, one);
        if (got.reason == FaultReason::none && times == 0) return "no policy heard of the access";
        if (got.reason != FaultReason::none && times != 0) return "policies heard of an access that faulted";
        return {};
    }

    std::unique_ptr<Tested> machine_;
    Model model_;
};

/// Draws steps, aimed at borders as the model has them now.
class Source {
public:
    Source(const Facts& facts, Random random) : facts_(facts), random_(random) {}

    Step draw(const Model& model) {
        Step step;
        step.width = static_cast<std::uint8_t>(1u << random_.below(4));
        step.swapped = random_.one_in(4);
        step.value = random_.one_in(3) ? random_.below(256) : random_.next();
        step.address = address(model);
        if (random_.one_in(3)) step.address &= ~std::uint64_t{step.width - 1u};
        const std::uint64_t kind = random_.below(100);
        if (kind < 34) {
            step.kind = Kind::load;
        } else if (kind < 64) {
            step.kind = Kind::store;
        } else if (kind < 72) {
            step.kind = Kind::fetch;
        } else if (kind < 76) {
            step.kind = random_.one_in(2) ? Kind::port_load : Kind::port_store;
            step.swapped = false;
            step.address = random_.below(0x90);
        } else if (kind < 92) {
            constexpr Kind kinds[] = {Kind::ram_span,      Kind::memory_view, Kind::memory_span,
                                      Kind::memory_extent, Kind::debug_read,  Kind::debug_write,
                                      Kind::peek,          Kind::atomic_word};
            step.kind = kinds[random_.below(8)];
            step.size = random_.one_in(4) ? random_.below(0x400) : random_.below(24);
            if (step.kind == Kind::atomic_word) step.address &= ~std::uint64_t{step.width - 1u};
        } else if (kind < 94) {
            step.kind = Kind::select_bank;
            step.value = random_.below(7);
            step.entry = some(
                [](const Region& r) { return r.kind == RegionKind::bank && !r.selected_by.used(); });
        } else if (kind < 99 || !random_.one_in(8)) {
            step.kind = Kind::poke;
            step.entry = some([](const Region& r) { return r.kind == RegionKind::device; });
            step.address = random_.next();
            const Region& region = facts_.regions[step.entry];
            if (region.name == "dma") step.value = random_.one_in(3) ? step.value & 0x13f : address(model);
            if (region.name == "map" && random_.one_in(4))
                step.value = 1, step.address = 8 + random_.below(2);
            if (region.keeps_block) step.value = random_.one_in(2) ? 0xff : command();
        } else {
            step.kind = Kind::reset;
        }
        if (step.kind == Kind::store && random_.one_in(3))
            if (const auto byte = model.at(memory_space, step.address, Access::store);
                byte.kind == Model::Byte::Kind::device && facts_.regions[byte.source].keeps_block)
                step.value = command();
        return step;
    }

private:
    std::uint64_t command() {
        constexpr std::uint64_t commands[] = {0xff, 0x40, 0x20, 0xd0, 0x70, 0x90,
                                              0x98, 0x50, 0xe8, 0x60, 0x01};
        return commands[random_.below(std::size(commands))] * 0x0001'0001;
    }
    template <class Is>
    std::uint64_t some(Is is) {
        for (;;)
            if (const std::size_t i = random_.below(facts_.regions.size()); is(facts_.regions[i])) return i;
    }
    std::uint64_t near(std::uint64_t border) { return border - 10 + random_.below(20); }
    std::uint64_t address(const Model& model) {
        if (random_.one_in(40)) return random_.next();
        if (random_.one_in(60)) return near(0);
        const std::size_t which = random_.below(facts_.regions.size() + facts_.ram.size());
        Interval range;
        std::uint64_t period = 0;
        if (which >= facts_.regions.size()) {
            range = facts_.ram[which - facts_.regions.size()].range();
        } else {
            const Region& region = facts_.regions[which];
            range = {{model.base(which)}, region.range.size};
            period = region.period.count;
            if (region.moved_by.used() && random_.one_in(8)) range = region.moves_in;
            if (region.kind == RegionKind::device && random_.one_in(3)) range.size = region.registers;
        }
        const std::uint64_t base = range.base.value, size = range.size.count;
        switch (random_.below(4)) {
        case 0: return base + random_.below(size);
        case 1: return near(base);
        case 2: return near(base + size);
        default: return period == 0 ? near(base) : near(base + period * random_.below(size / period + 1));
        }
    }

    const Facts& facts_;
    Random random_;
};

/// The difference that these steps lead to, looked for after each of them; and how many it took.
std::optional<std::pair<std::size_t, std::string>> replay(const Maker& maker,
                                                          const std::vector<Step>& steps) {
    Pair pair(maker);
    for (std::size_t i = 0; i != steps.size(); ++i)
        if (std::string difference = pair.perform(steps[i], true); !difference.empty())
            return std::pair{i + 1, std::move(difference)};
    return std::nullopt;
}

std::string shortest(const Maker& maker, std::vector<Step> steps) {
    auto found = replay(maker, steps);
    if (!found) return "(it does not come again)\n";
    steps.resize(found->first);
    for (std::size_t piece = steps.size() / 2; piece != 0; piece /= 2)
        for (std::size_t from = 0; from + piece < steps.size();) {
            std::vector<Step> fewer = steps;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(from),
                        fewer.begin() + static_cast<std::ptrdiff_t>(from + piece));
            if (const auto again = replay(maker, fewer)) {
                fewer.resize(again->first);
                steps = std::move(fewer);
            } else {
                from += piece;
            }
        }
    found = replay(maker, steps);
    std::string text;
    for (const Step& step : steps) text += "  " + words(step) + "\n";
    return text + found->second + "\n";
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 0);
}

}  // namespace

std::uint64_t run_seed() { return from_environment("WIREWRAP_MODEL_SEED", 1); }
std::size_t run_steps() { return from_environment("WIREWRAP_MODEL_STEPS", 250'000); }

std::string differences(const Maker& maker, std::uint64_t seed, std::size_t steps) {
    constexpr std::size_t one_case = 1000;
    for (std::size_t c = 0; c * one_case < steps; ++c) {
        Pair pair(maker);
        Source source(maker.facts, Random{mixed(mixed(run_seed()) ^ mixed(seed) ^ c)});
        std::vector<Step> done;
        for (std::size_t i = 0; i != one_case; ++i) {
            done.push_back(source.draw(pair.model()));
            const std::string difference = pair.perform(done.back(), i % 100 == 99);
            if (difference.empty()) continue;
            return "board " + std::to_string(seed) + ", run seed " + std::to_string(run_seed()) + ", case " +
                   std::to_string(c) + ", step " + std::to_string(i) + "\n" + words(maker.facts) +
                   words(done.back()) + "\n" + difference + "\nthe shortest way found:\n" +
                   shortest(maker, std::move(done));
        }
    }
    return {};
}

}  // namespace model
