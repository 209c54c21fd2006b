// Which code is hot: paths through what was executed, hottest first. A path begins where control often
// arrives, at the heads of loops before all others, follows the likely direction of each branch inside its
// page, through calls and back, and ends at the head of a path, of itself if it is a loop.
//
//     const riscv::HotTraces hot = riscv::find_hot_traces(hart.regions().counts());
//     hot.covered;                        // 0.97: of the instructions executed lie on the paths
//     riscv::lines_of(hot);               // as an array of `Hot` would have them
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <wirewrap/cpu/riscv/fused/execution_counts.hpp>

namespace wirewrap::riscv {

/// How much to take. What is compiled is limited by `instructions`: g++ 12 makes about 200 of them a second.
struct HotLimits {
    double coverage = 0.99;           // of what was executed: enough then
    double least_gain = 0.0005;       // a path that adds less is not worth it
    std::size_t instructions = 2000;  // of all paths
    std::size_t path = 128;           // instructions of one path
};

struct HotTrace {
    struct Step {
        const Executed* code;
        std::vector<std::uint64_t> targets{};  // of an indirect jump, often taken
    };
    std::vector<Step> steps;

    std::uint64_t head() const { return steps.front().code->address; }
};

/// Paths of one page that lead to each other.
using HotRegion = std::vector<HotTrace>;

struct HotTraces {
    std::vector<HotRegion> regions;
    std::uint64_t executed = 0;
    double covered = 0;
};

namespace detail {

class TraceFinder {
public:
    TraceFinder(const ExecutionCounts& counts, const HotLimits& limits) : limits_(limits) {
        for (const Executed& one : counts) {
            executed_ += one.count;
            if (one.count == 0 || !fusible(one.instruction().op)) continue;
            const Executed*& known = code_[one.address];
            if (known == nullptr || known->count < one.count) known = &one;  // of changed code the hotter
        }
    }

    HotTraces find() {
        // Loops first, the innermost of which are hottest; then what control arrives at otherwise.
        for (const bool loops : {true, false})
            while (size_ < limits_.instructions && covered() < limits_.coverage)
                if (!add_best(loops)) break;
        return {regions(), executed_, covered()};
    }

private:
    static std::uint64_t page_of(std::uint64_t address) { return address / page_size; }
    double covered() const {
        return executed_ == 0 ? 1 : static_cast<double>(covered_) / static_cast<double>(executed_);
    }
    const Executed* at(std::uint64_t address) const {
        const auto found = code_.find(address);
        return found == code_.end() ? nullptr : found->second;
    }
    static std::uint64_t following(const Executed& one) { return one.address + one.instruction().length; }

    /// Where control came to from elsewhere than the inside of a path, and how often.
    std::unordered_map<std::uint64_t, std::uint64_t> arrivals(bool loops) const {
        std::unordered_map<std::uint64_t, std::uint64_t> result;
        for (const auto& [address, one] : code_) {
            const Op op = one->instruction().op;
            for (const Executed::Successor& to : one->successors) {
                if (heads_.contains(to.address) || at(to.address) == nullptr) continue;
                if (loops && (to.address > address || is_indirect(op))) continue;
                if (!loops && inside_.contains({address, to.address})) continue;
                result[to.address] += to.count;
            }
        }
        return result;
    }

    bool add_best(bool loops) {
        std::uint64_t best = 0, best_gain = 0;
        for (const auto& [address, count] : arrivals(loops)) {
            const std::uint64_t gain = count * (grow(address).steps.size() + leaving);
            if (gain > best_gain || (gain == best_gain && address < best)) best = address, best_gain = gain;
        }
        if (static_cast<double>(best_gain) < limits_.least_gain * static_cast<double>(executed_) ||
            best_gain == 0)
            return false;
        add(grow(best));
        return true;
    }

    void add(HotTrace trace) {
        heads_.insert(trace.head());
        size_ += trace.steps.size();
        for (std::size_t i = 0; i != trace.steps.size(); ++i) {
            const Executed& one = *trace.steps[i].code;
            if (on_path_.insert(one.address).second) covered_ += one.count;
            if (i + 1 != trace.steps.size()) inside_.insert({one.address, trace.steps[i + 1].code->address});
        }
        traces_.push_back(std::move(trace));
    }

    HotTrace grow(std::uint64_t head) const {
        HotTrace trace;
        std::unordered_set<std::uint64_t> links;  // to which the calls of this path return
        std::unordered_set<std::uint64_t> seen;
        for (std::uint64_t next = head; trace.steps.size() != limits_.path;) {
            const Executed* const one = at(next);
            if (one == nullptr || page_of(next) != page_of(head) || !seen.insert(next).second) break;
            // The second half of an instruction may lie in another page, which nobody looks at.
            if (page_of(following(*one) - 1) != page_of(head)) break;
            if (next != head && heads_.contains(next)) break;
            trace.steps.push_back({one});
            const Instruction i = one->instruction();
            if (is_branch(i.op)) {
                next = likely(*one).address;
                if (next == 0) break;
            } else if (is_jump(i.op)) {
                if (i.rd != discarded_register) links.insert(following(*one));
                next += static_cast<std::uint64_t>(std::int64_t{i.immediate});
            } else if (is_indirect(i.op)) {
                trace.steps.back().targets = targets(*one);
                next = likely(*one).address;
                if (!links.contains(next)) break;
            } else {
                next = following(*one);
            }
        }
        return trace;
    }

    static Executed::Successor likely(const Executed& one) {
        Executed::Successor best;
        for (const Executed::Successor& to : one.successors)
            if (to.count > best.count) best = to;
        return best;
    }

    /// At most as many as a step has room for, most frequent first, each at least an eighth of all.
    std::vector<std::uint64_t> targets(const Executed& one) const {
        std::vector<Executed::Successor> all = one.successors;
        std::ranges::sort(all, [](const auto& a, const auto& b) { return a.count > b.count; });
        std::vector<std::uint64_t> result;
        for (const Executed::Successor& to : all)
            if (page_of(to.address) == page_of(one.address) && to.count >= one.count / 8 &&
                result.size() < hot_targets)
                result.push_back(to.address);
        return result;
    }

    /// Paths that lead to each other belong together: control passes between them inside one function.
    std::vector<HotRegion> regions() {
        std::vector<std::size_t> group(traces_.size());
        for (std::size_t i = 0; i != group.size(); ++i) group[i] = i;
        const auto find = [&](std::size_t i) {
            while (group[i] != i) i = group[i];
            return i;
        };
        std::unordered_map<std::uint64_t, std::size_t> numbers;
        for (std::size_t i = 0; i != traces_.size(); ++i) numbers[traces_[i].head()] = i;
        const auto join = [&](std::size_t one, std::uint64_t address) {
            const auto other = numbers.find(address);
            if (other == numbers.end() || page_of(address) != page_of(traces_[one].head())) return;
            const std::size_t a = find(one), b = find(other->second);
            group[std::max(a, b)] = std::min(a, b);
        };
        for (std::size_t i = 0; i != traces_.size(); ++i)
            for (const HotTrace::Step& step : traces_[i].steps) {
                join(i, following(*step.code));
                for (const Executed::Successor& to : step.code->successors) join(i, to.address);
            }
        std::vector<HotRegion> result;
        std::unordered_map<std::size_t, std::size_t> places;
        for (std::size_t i = 0; i != traces_.size(); ++i) {
            const auto place = places.try_emplace(find(i), none).first;
            if (place->second == none || result[place->second].size() == most_paths) {
                place->second = result.size();
                result.emplace_back();
            }
            result[place->second].push_back(std::move(traces_[i]));
        }
        return result;
    }

    struct EdgeHash {
        std::size_t operator()(const std::pair<std::uint64_t, std::uint64_t>& edge) const {
            return std::hash<std::uint64_t>{}(edge.first * 0x9e37'79b9'7f4a'7c15 + edge.second);
        }
    };

    // What leaving a function and entering another costs, in instructions.
    static constexpr std::uint64_t leaving = 30;

    static constexpr std::size_t none = ~std::size_t{0};

    HotLimits limits_;
    std::uint64_t executed_ = 0, covered_ = 0;
    std::size_t size_ = 0;
    std::unordered_map<std::uint64_t, const Executed*> code_;
    std::unordered_set<std::uint64_t> heads_, on_path_;
    std::unordered_set<std::pair<std::uint64_t, std::uint64_t>, EdgeHash> inside_;
    std::vector<HotTrace> traces_;
};

}  // namespace detail

/// The counts must outlive the result, which points to them.
inline HotTraces find_hot_traces(const ExecutionCounts& counts, const HotLimits& limits = {}) {
    return detail::TraceFinder(counts, limits).find();
}

/// One line of hot code for each line of a profile.
inline std::vector<Hot> lines_of(const HotTraces& hot) {
    const auto offset = [](std::uint64_t address) { return static_cast<std::uint16_t>(address % page_size); };
    std::vector<Hot> lines;
    for (const HotRegion& region : hot.regions) {
        lines.push_back(hot_region(region.front().head() / page_size * page_size));
        for (const HotTrace& trace : region) {
            lines.push_back(hot_trace());
            for (const HotTrace::Step& step : trace.steps) {
                lines.push_back(hot_code(offset(step.code->address), step.code->bits));
                for (const std::uint64_t target : step.targets) lines.push_back(hot_target(offset(target)));
            }
        }
    }
    return lines;
}

}  // namespace wirewrap::riscv
