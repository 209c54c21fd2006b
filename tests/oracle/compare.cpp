#include <tests/oracle/compare.hpp>

#include <algorithm>
#include <map>
#include <tuple>

#include <wirewrap/config/ram_size.hpp>

namespace oracle {

using wirewrap::BoardDescription;
using wirewrap::Bytes;
using wirewrap::GuestAddress;
using wirewrap::QemuRelease;
using wirewrap::RamWindow;
using wirewrap::sentence;
using wirewrap::Text;

namespace {

/// In one form whoever says it: ascending, without block names, neighbours joined.
Windows plain(Windows windows) {
    for (Window& window : windows) window.block.clear();
    const auto order = [](const Window& w) { return std::tuple(w.base, w.size, w.offset); };
    std::ranges::sort(windows, {}, order);
    Windows joined;
    for (const Window& window : windows) {
        if (!joined.empty() && joined.back().base + joined.back().size == window.base &&
            joined.back().offset + joined.back().size == window.offset)
            joined.back().size += window.size;
        else if (window.size != 0)
            joined.push_back(window);
    }
    return joined;
}

Windows plain(const std::vector<RamWindow>& windows) {
    Windows result;
    for (const RamWindow& window : windows)
        result.push_back({window.base.value, window.size.count, window.offset.count});
    return plain(std::move(result));
}

Windows cut(const Windows& windows, std::uint64_t ram_size) {
    Windows result;
    for (Window window : windows) {
        if (window.offset >= ram_size) continue;
        window.size = std::min(window.size, ram_size - window.offset);
        result.push_back(window);
    }
    return plain(std::move(result));
}

/// Every byte that `windows` shows, `all` shows at the same address. Both are plain: what one of `windows` shows
/// lies in one of `all`.
bool is_part(const Windows& windows, const Windows& all) {
    return std::ranges::all_of(windows, [&](const Window& part) {
        return std::ranges::any_of(all, [&](const Window& whole) {
            return part.base >= whole.base && part.base - whole.base <= whole.size &&
                   part.size <= whole.size - (part.base - whole.base) &&
                   part.offset == whole.offset + (part.base - whole.base);
        });
    });
}

Text spelled(const Windows& windows) {
    if (windows.empty()) return Text("nowhere");
    return wirewrap::listing(
        windows.size(),
        [&](std::size_t i) {
            const Window& w = windows[i];
            return sentence(wirewrap::Interval{{w.base}, {w.size}}, " from offset ", GuestAddress{w.offset});
        },
        " and ");
}

Text quoted(std::string_view text) {
    if (text.empty()) return Text("none");
    return Text(text);
}

class Comparison {
public:
    Comparison(std::span<const Deviation> deviations, QemuRelease release, Report& report)
        : deviations_(deviations), release_(release), report_(report) {
        report_.uses.assign(deviations.size(), 0);
    }

    void record(const Record& record, const BoardDescription& board) {
        const std::size_t wrong_before = report_.disagreements.size();
        const std::string_view alias = board.alias.releases.contain(release_) ? board.alias.name : "";
        equal(record, Field::alias, record.alias == alias, quoted(record.alias), quoted(alias));
        judge(record, Field::ram_id, {}, record.ram_id && *record.ram_id == board.ram_id,
              !record.ram_id && !board.ram_id.empty(), quoted(record.ram_id.value_or("")),
              quoted(board.ram_id));
        judge(record, Field::default_size, {}, record.default_size == board.default_ram_size.count,
              !record.ram_id, sentence(Bytes{record.default_size}), sentence(board.default_ram_size));
        for (const Probe& measured : record.probes) probe(record, board, measured);
        if (report_.disagreements.size() == wrong_before)
            report_.agreements.push_back(
                sentence(record.board, ": ", record.probes.size(), " probes").string());
    }

    void missing(const Record& record) {
        equal(record, Field::board, false, Text("a machine"), Text("no board"));
    }
    void found(const Record& record) { equal(record, Field::board, true, {}, {}); }

private:
    void probe(const Record& record, const BoardDescription& board, const Probe& measured) {
        ++report_.probes;
        const auto requested = wirewrap::requested_ram(Bytes{measured.size}, board.default_ram_size);
        const bool taken_by_qemu = measured.started || measured.refused_by_payload;
        const std::string refusal = requested ? board.ram_verdict(*requested).reason().string()
                                              : requested.error().message;
        const bool taken = refusal.empty();
        const std::uint64_t size = requested ? requested->count : measured.size;
        judge(record, Field::verdict, size, taken == taken_by_qemu, !taken,
              Text(taken_by_qemu ? "takes it" : "refuses it"),
              taken ? Text("takes it") : sentence("refuses it: ", refusal));
        if (!taken || !measured.started) return;

        judge(record, Field::ram_size, size, measured.ram_size == size, !record.ram_id,
              sentence(Bytes{measured.ram_size}), sentence(Bytes{size}));
        windows(record, board, measured, size);
    }

    void windows(const Record& record, const BoardDescription& board, const Probe& measured,
                 std::uint64_t size) {
        // An alias of QEMU's may be longer than the RAM behind it, and shows nothing there.
        const Windows theirs = cut(measured.wired, size), ours = plain(board.wired_windows(Bytes{size}));
        const auto allowed = [&](std::string_view as) {
            if (as == "part") return is_part(ours, theirs);
            if (record.ram_id || !record.ram_regions.empty()) return false;
            if (as == "unmeasured") return record.ram_map.empty();
            Windows block;
            std::ranges::copy_if(record.ram_map, std::back_inserter(block),
                                 [&](const Window& window) { return window.block == board.ram_id; });
            return !block.empty() && ours == plain(std::move(block));
        };
        judge(record, Field::windows, size, ours == theirs, allowed, spelled(theirs), spelled(ours));

        if (!record.ram_id && record.ram_regions.empty()) return;  // nothing was measured of what follows -m
        const Windows seen = plain(measured.visible), shown = plain(board.ram_windows(Bytes{size}));
        if (seen == shown) {
            ++report_.visible.agree;
        } else {
            ++report_.visible.disagree;
            report_.visible_elsewhere.push_back(sentence(record.board, ", ", Bytes{size}, ": QEMU shows ",
                                                         spelled(seen), ", wirewrap ", spelled(shown))
                                                    .string());
        }
    }

    void equal(const Record& record, Field field, bool agrees, const Text& theirs, const Text& ours) {
        judge(record, field, {}, agrees, false, theirs, ours);
    }
    void judge(const Record& record, Field field, std::optional<std::uint64_t> size, bool agrees,
               bool stricter, const Text& theirs, const Text& ours) {
        judge(record, field, size, agrees, [stricter](std::string_view) { return stricter; }, theirs, ours);
    }

    /// `stricter(as)`: whether a deviation may excuse it.
    template <class Stricter>
        requires std::predicate<Stricter, std::string_view>
    void judge(const Record& record, Field field, std::optional<std::uint64_t> size, bool agrees,
               Stricter stricter, const Text& theirs, const Text& ours) {
        Count& count = report_.fields[static_cast<std::size_t>(field)];
        if (agrees) {
            ++count.agree;
            return;
        }
        std::string_view objection;
        for (std::size_t i = 0; i != deviations_.size(); ++i) {
            if (!deviations_[i].covers(record.board, field, size)) continue;
            if (stricter(deviations_[i].as)) {
                ++count.deviate;
                ++report_.uses[i];
                return;
            }
            objection =
                " (listed as a deviation, which it cannot be: the board is not stricter, or not in that way)";
        }
        ++count.disagree;
        Text text(record.board);
        if (size) text.append(sentence(", ", Bytes{*size}).view());
        text.append(sentence(", ", name_of(field), ": QEMU ", theirs, ", wirewrap ", ours, objection).view());
        report_.disagreements.push_back(text.string());
    }

    std::span<const Deviation> deviations_;
    QemuRelease release_;
    Report& report_;
};

}  // namespace

Report compare(std::span<const Record> records, std::span<const BoardDescription> boards,
               std::span<const Deviation> deviations, const Scope& scope) {
    Report report;
    Comparison comparison(deviations, scope.release, report);
    std::map<std::string_view, const BoardDescription*> by_name;
    for (const BoardDescription& board : boards)
        if (board.name.contains(scope.only) && board.releases.contain(scope.release))
            by_name[board.name] = &board;
    std::map<std::string_view, std::size_t> measured;
    for (const Record& record : records) {
        if (!record.board.contains(scope.only)) continue;
        ++report.records;
        if (++measured[record.board] == 2)
            report.disagreements.push_back(record.board + ": the file has more than one record of it");
        const auto board = by_name.find(record.board);
        if (board == by_name.end()) {
            comparison.missing(record);
        } else {
            comparison.found(record);
            comparison.record(record, *board->second);
        }
    }
    for (const auto& [name, board] : by_name)
        if (!measured.contains(name)) report.unmeasured.emplace_back(name);

    for (std::size_t i = 0; i != deviations.size(); ++i) {
        if (!scope.all_needed) break;
        const bool concerned = scope.only.empty() || std::ranges::any_of(measured, [&](const auto& entry) {
                                   return deviations[i].names(entry.first);
                               });
        if (concerned && report.uses[i] == 0)
            report.disagreements.push_back(sentence("deviation ", i + 1, " of ", deviations[i].boards.front(),
                                                    " in ", name_of(deviations[i].field),
                                                    " is not needed; take it out of the list")
                                               .string());
    }
    return report;
}

}  // namespace oracle
