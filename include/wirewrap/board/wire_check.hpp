// What can be wrong with interrupt wires: ends that do not exist, lines with two drivers, loops.
//
//     wiring(wire<"uart0.irq", "plic", 10>, wire<"rtc.irq", "plic", 10>)
//     // twice: line 10 of plic has two drivers, uart0.irq and rtc.irq; give each a line of its own
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/mistakes.hpp>
#include <wirewrap/board/name_index.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/wiring.hpp>

namespace wirewrap::check {

constexpr Text pin_of(const Wire& wire) {
    if (wire.pin.empty()) return Text(wire.source);
    return sentence(wire.source, ".", wire.pin);
}

constexpr Text line_of(const Wire& wire) {
    if (!wire.line_name.empty()) return Text(wire.line_name);
    return sentence(wire.line);
}

constexpr Text called(const Wire& wire) {
    if (wire.line == Wire::no_line && wire.line_name.empty())
        return sentence("wire ", pin_of(wire), " to ", wire.sink);
    return sentence("wire ", pin_of(wire), " to line ", line_of(wire), " of ", wire.sink);
}

/// "or a name of irq and fiq", or the numbers where lines have no names.
constexpr Text lines_of(const CpuWords& words) {
    std::vector<std::string_view> named;
    for (const std::string_view line : words.lines())
        if (!line.empty()) named.push_back(line);
    if (named.empty()) return sentence("0 to ", hart_lines - 1);
    return sentence("or a name of ", listing(named.size(), [&](std::size_t i) { return named[i]; }, " and "));
}

constexpr bool has_pin(const Region& region, std::string_view pin) {
    for (const std::string_view output : region.outputs)
        if (output == pin) return true;
    return false;
}

constexpr bool is_device(const Subject& subject, std::size_t entry) {
    return entry != NameIndex::none && subject.regions[entry].kind == RegionKind::device;
}

constexpr void wire_source(Mistakes& mistakes, const Subject& subject, const Wire& wire, std::size_t entry) {
    if (!is_device(subject, entry)) {
        tell(mistakes, subject, called(wire), " comes from nowhere: the map has no device ", wire.source,
             "; name one that it has");
        return;
    }
    const Region& source = subject.regions[entry];
    if (source.outputs.empty())
        tell(mistakes, subject, called(wire), " comes from nowhere: device ", wire.source,
             " drives no pins; take the wire out");
    else if (wire.pin.empty())
        tell(mistakes, subject, called(wire), " comes from nowhere: it names no pin; write ", wire.source,
             ".", source.outputs[0]);
    else if (!has_pin(source, wire.pin))
        tell(mistakes, subject, called(wire), " comes from nowhere: device ", wire.source, " has no pin ",
             wire.pin, "; it has ",
             listing(source.outputs.size(), [&](std::size_t i) { return source.outputs[i]; }, " and "));
}

constexpr void wire_sink(Mistakes& mistakes, const Subject& subject, const Wire& wire, std::size_t entry) {
    const CpuWords& words = *subject.cpu_words;
    const std::size_t cpu = words.cpu(wire.sink);
    if (cpu != CpuWords::none) {
        if (cpu >= subject.harts)
            tell(mistakes, subject, called(wire), " goes nowhere: the board has ", subject.harts, " ",
                 words.name, subject.harts == 1 ? "" : "s", ", numbered from 0");
        else if (wire.line == Wire::no_line && wire.line_name.empty())
            tell(mistakes, subject, called(wire), " goes nowhere: it names no line; give the number of one, ",
                 lines_of(words));
        else if (wire.line == Wire::no_line)
            tell(mistakes, subject, called(wire), " goes nowhere: a ", words.name,
                 " has none of that name; give the number of one, ", lines_of(words));
        else if (wire.line >= hart_lines)
            tell(mistakes, subject, called(wire), " goes nowhere: a ", words.name, " has lines 0 to ",
                 hart_lines - 1);
        return;
    }
    if (!is_device(subject, entry)) {
        tell(mistakes, subject, called(wire), " goes nowhere: the map has no device ", wire.sink, ", and ",
             words.name, "s are named ", words.name, "0, ", words.name, "1 and so on; name one of them");
        return;
    }
    const std::size_t inputs = subject.regions[entry].inputs;
    if (inputs == 0)
        tell(mistakes, subject, called(wire), " goes nowhere: device ", wire.sink,
             " takes no interrupt lines; take the wire out");
    else if (wire.line == Wire::no_line || !wire.line_name.empty())
        tell(mistakes, subject, called(wire), " goes nowhere: lines of device ", wire.sink,
             " have numbers, 0 to ", inputs - 1, "; give one of them");
    else if (wire.line >= inputs)
        tell(mistakes, subject, called(wire), " goes nowhere: device ", wire.sink, " has lines 0 to ",
             inputs - 1);
}

/// A wire with its ends as numbers: map entries from 0, after them the harts; `nowhere` for an end that does not exist.
struct Edge {
    static constexpr std::size_t nowhere = NameIndex::none;

    std::size_t wire = 0;
    std::size_t source = nowhere;
    std::size_t sink = nowhere;
    std::size_t line = 0;
};

constexpr void two_drivers(Mistakes& mistakes, const Subject& subject, std::vector<Edge> edges) {
    wirewrap::detail::sort(edges.data(), edges.size(), [](const Edge& a, const Edge& b) {
        // Not std::tie, which takes a compiler ten times the steps.
        if (a.sink != b.sink) return a.sink < b.sink;
        if (a.line != b.line) return a.line < b.line;
        return a.wire < b.wire;
    });
    for (std::size_t i = 1; i < edges.size(); ++i) {
        const Edge &a = edges[i - 1], &b = edges[i];
        if (a.sink == b.sink && a.sink != Edge::nowhere && a.line == b.line)
            tell(mistakes, subject, "line ", line_of(subject.wires[b.wire]), " of ",
                 subject.wires[b.wire].sink, " has two drivers, ", pin_of(subject.wires[a.wire]), " and ",
                 pin_of(subject.wires[b.wire]), "; give each a line of its own");
    }
}

/// Goes along the wires, depth first, and tells of each that leads back into the path it came by.
class LoopSearch {
public:
    constexpr LoopSearch(const Subject& subject, std::span<const Edge> edges)
        // With a value each: libstdc++ 12 fills vectors of plain numbers without one in a way that clang refuses.
        : subject_(subject), first_(subject.regions.size() + 1, 0), place_(subject.regions.size(), unseen) {
        const auto inside = [&](const Edge& e) {
            return e.source != Edge::nowhere && e.sink < place_.size();
        };
        // Counting sort by source, which leaves the wires of each in their order.
        for (const Edge& edge : edges)
            if (inside(edge)) ++first_[edge.source + 1];
        for (std::size_t node = 0; node != place_.size(); ++node) first_[node + 1] += first_[node];
        edges_ = std::vector<Edge>(first_.back());
        next_ = first_;
        for (const Edge& edge : edges)
            if (inside(edge)) edges_[next_[edge.source]++] = edge;
        next_ = first_;
    }

    constexpr void tell_all(Mistakes& mistakes) {
        for (const Edge& edge : edges_)
            if (place_[edge.source] == unseen) search(mistakes, edge.source);
    }

private:
    static constexpr std::size_t unseen = 0, left = NameIndex::none;  // else: on the path, the so manyth

    constexpr void search(Mistakes& mistakes, std::size_t start) {
        enter(start);
        while (!path_.empty()) {
            const std::size_t here = path_.back();
            if (next_[here] == first_[here + 1]) {
                place_[here] = left;
                path_.pop_back();
                continue;
            }
            const Edge& edge = edges_[next_[here]++];
            if (place_[edge.sink] == unseen)
                enter(edge.sink);
            else if (place_[edge.sink] != left)
                tell_loop(mistakes, edge);
        }
    }

    constexpr void enter(std::size_t node) {
        path_.push_back(node);
        place_[node] = path_.size();
    }

    constexpr void tell_loop(Mistakes& mistakes, const Edge& closing) const {
        const std::size_t begin = place_[closing.sink] - 1;
        const Text around = listing(
            path_.size() - begin, [&](std::size_t i) { return subject_.regions[path_[begin + i]].name; },
            " and ");
        tell(mistakes, subject_, called(subject_.wires[closing.wire]), " closes a loop through ", around,
             "; a level would chase itself, so take one of its wires out");
    }

    const Subject& subject_;
    std::vector<Edge> edges_;         // by source
    std::vector<std::size_t> first_;  // of the edges of each map entry
    std::vector<std::size_t> next_;   // of these, the one to go along
    std::vector<std::size_t> path_;   // map entries
    std::vector<std::size_t> place_;  // of each map entry on the path
};

constexpr void wires(Mistakes& mistakes, const Subject& subject, const NameIndex& index) {
    std::vector<Edge> edges(subject.wires.size());
    for (std::size_t i = 0; i != edges.size(); ++i) {
        const Wire& wire = subject.wires[i];
        const std::size_t cpu = subject.cpu_words->cpu(wire.sink);
        Edge& edge = edges[i] = {i, index.find(wire.source), index.find(wire.sink), wire.line};
        wire_source(mistakes, subject, wire, edge.source);
        wire_sink(mistakes, subject, wire, edge.sink);
        if (cpu != CpuWords::none) edge.sink = subject.regions.size() + cpu;
    }
    two_drivers(mistakes, subject, edges);
    LoopSearch(subject, edges).tell_all(mistakes);
}

}  // namespace wirewrap::check
