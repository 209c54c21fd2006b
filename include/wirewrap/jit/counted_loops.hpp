// Loops that count: innermost loops of a region in which something goes by steps to a bound that stays. Who is at the head of one
// can tell how far it goes at most, and so which memory its loads and stores may touch.
//
//     loop: ld   a4, 0(a5)          at the head a5 is left a3 - a5 - 8 from where it ends, in steps of 8;
//           addi a5, a5, 8          the loads lie between a5 and a5 + (a3 - a5 - 8) + 7
//           add  a0, a0, a4
//           bne  a5, a3, loop
//
//     const std::vector<CountedLoop> loops = find_counted_loops(steps);
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <wirewrap/jit/access_groups.hpp>
#include <wirewrap/jit/linear.hpp>
#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

/// A block of a loop: steps first … end - 1.
struct LoopBlock {
    static constexpr std::int32_t out = -1, head = 0;

    std::size_t first = 0, end = 0;
    /// Blocks of the loop that follow: when its last step is a branch that is taken or a jump, and when it is fallen through.
    std::int32_t taken = out, falls = out;
    bool joined = false;  // several blocks of the loop lead here
};

/// Address registers that differ by constants, and how far they go with the count.
struct Walk {
    Linear from;                           // at the head, without its constant
    std::int64_t lowest = 0, highest = 0;  // constants, of the first round
    std::int64_t first = 0, last = 0;      // bytes that are touched in it, from `from`
    std::int64_t pace = 0;  // bytes for each one of the distance, at most; backwards when negative
    Linear by;              // bytes in a round
    bool stores = false;    // somewhere

    bool goes_with(const Walk& other) const { return from == other.from && by == other.by; }
};

struct CountedLoop {
    std::vector<LoopBlock> blocks;            // the head first, each one before those that it leads to
    std::uint32_t longest = 0, shortest = 0;  // instructions of a round, at most and at least
    bool chain = false;  // each block leads to the next one, and the last one to the head

    // In a round that begins with n left of the distance, n - step are left for the next one. There is none when less than 0 were
    // left; or, when the end is hit exactly, when 0 are left in the round.
    Linear distance;
    Linear step;  // a constant that is not 0, or what must be looked at: only what is above 0 counts
    bool exact = false;
    /// What is neither negative nor near the largest number, or comparisons overflow. When the end is not hit exactly.
    Linear bound;

    static constexpr std::int8_t no_walk = -1;
    std::vector<Walk> walks;
    std::vector<std::int8_t> walk_of;  // by step: a load's or store's, or no_walk
};

namespace detail {

class CountedLoopFinder {
public:
    static constexpr std::size_t most_steps = 48, most_blocks = 10, most_walks = 6;
    static constexpr std::int64_t widest_walk = 1 << 16, fastest = 64;

    explicit CountedLoopFinder(const Steps& steps) : steps_(steps) {
        if (std::ranges::none_of(steps, &Step::looped_to)) return;
        find_blocks();
        look_for_loops(Set(blocks_.size(), true));
    }
    std::vector<CountedLoop> take() { return std::move(loops_); }

private:
    using Set = std::vector<bool>;
    using Registers = std::array<Linear, 33>;
    static constexpr std::int32_t none = -1;
    static constexpr std::uint32_t unreached = 1 << 20;  // instructions

    struct Block {
        std::size_t first, end;
        std::int32_t taken = none, falls = none;
        bool plain = true;
    };

    // ---- blocks, and loops of them

    static bool is_plain(const Step& step) {
        const Op op = meaning(step.code.op);
        if (is_load(op) || is_store(op)) return step.code.rs1 != 0;
        return (op >= Op::addi_4 && op <= Op::remuw_4) || is_branch(op) || op == Op::jump_far_4;
    }
    std::int32_t block_at(std::size_t index) const {
        const auto found = std::ranges::lower_bound(steps_, index, {}, &Step::index);
        if (found == steps_.end() || found->index != index || !found->begins_block) return none;
        return block_of_[static_cast<std::size_t>(found - steps_.begin())];
    }
    void find_blocks() {
        for (std::size_t i = 0; i != steps_.size(); ++i) {
            if (steps_[i].begins_block) blocks_.push_back({.first = i, .end = i});
            block_of_.push_back(static_cast<std::int32_t>(blocks_.size()) - 1);
            blocks_.back().end = i + 1;
            blocks_.back().plain = blocks_.back().plain && is_plain(steps_[i]);
        }
        for (Block& block : blocks_) {
            if (!block.plain) continue;
            const Step& last = steps_[block.end - 1];
            const Op op = meaning(last.code.op);
            if ((is_branch(op) || op == Op::jump_far_4) && last.target >= 0)
                block.taken = block_at(static_cast<std::size_t>(last.target));
            if (op != Op::jump_far_4) block.falls = block_at(last.next);
            for (std::int32_t* next : {&block.taken, &block.falls})
                if (*next != none && !blocks_[static_cast<std::size_t>(*next)].plain) *next = none;
        }
    }

    template <class F>
    void for_each_next(std::size_t block, F f) const {
        if (!blocks_[block].plain) return;
        for (const std::int32_t next : {blocks_[block].taken, blocks_[block].falls})
            if (next != none) f(static_cast<std::size_t>(next));
    }
    /// Blocks of `in` that reach each other: strongly connected components, by Tarjan's algorithm.
    class Rounds {
    public:
        Rounds(const CountedLoopFinder& finder, const Set& in)
            : finder_(finder), in_(in), seen_(in.size()), low_(in.size()) {
            for (std::size_t block = 0; block != in.size(); ++block)
                if (in_[block] && seen_[block] == 0) visit(block);
        }
        /// Those with a way from a block back to it, by their first blocks.
        std::vector<Set> take() {
            std::ranges::sort(found_, std::ranges::greater());
            return std::move(found_);
        }

    private:
        void visit(std::size_t block) {
            low_[block] = seen_[block] = ++count_;
            const std::size_t place = waiting_.size();
            waiting_.push_back(block);
            bool round = false;
            finder_.for_each_next(block, [&](std::size_t next) {
                if (!in_[next]) return;
                round |= next == block;
                if (seen_[next] == 0) visit(next);
                low_[block] = std::min(low_[block], low_[next]);
            });
            if (low_[block] != seen_[block]) return;
            Set together(in_.size());
            for (std::size_t i = place; i != waiting_.size(); ++i) {
                together[waiting_[i]] = true;
                low_[waiting_[i]] = done;
            }
            if (round || waiting_.size() - place > 1) found_.push_back(std::move(together));
            waiting_.resize(place);
        }

        static constexpr std::uint32_t done = ~std::uint32_t{0};

        const CountedLoopFinder& finder_;
        const Set& in_;
        std::vector<std::uint32_t> seen_, low_;  // 0: not yet; the earliest one that is reached
        std::vector<std::size_t> waiting_;
        std::vector<Set> found_;
        std::uint32_t count_ = 0;
    };

    /// Considers the innermost loops among the blocks of `in`. False: there is none. Each level looks at each block once:
    /// the guest says how deep they are.
    bool look_for_loops(const Set& in) {
        std::vector<Set> loops = Rounds(*this, in).take();
        for (Set& loop : loops) {
            const std::size_t head = head_of(loop);
            loop[head] = false;
            const bool inner = look_for_loops(loop);
            loop[head] = true;
            if (!inner) consider(loop, head);
        }
        return !loops.empty();
    }
    /// Where others come in; else a block that is jumped back to, as there is one in each loop.
    std::size_t head_of(const Set& loop) const {
        std::size_t jumped_to = 0;
        for (std::size_t block = blocks_.size(); block-- != 0;)
            if (loop[block] && steps_[blocks_[block].first].looped_to) jumped_to = block;
        for (std::size_t block = 0; block != blocks_.size(); ++block) {
            std::optional<std::size_t> entered;
            if (!loop[block])
                for_each_next(block, [&](std::size_t next) {
                    if (loop[next]) entered = next;
                });
            if (entered) return *entered;
        }
        return jumped_to;
    }

    // ---- what a loop does

    void consider(const Set& in, std::size_t head) {
        loop_ = {};
        order_.assign(blocks_.size(), none);
        put_in_order(in, head);
        std::size_t steps = 0;
        for (const LoopBlock& block : loop_.blocks) steps += block.end - block.first;
        if (steps > most_steps || loop_.blocks.size() > most_blocks) return;
        connect();
        follow_registers();
        if (!find_count()) return;
        find_walks();
        loops_.push_back(std::move(loop_));
    }
    /// The head first, each block before those that it leads to; where it can be, what is fallen into behind what falls.
    void put_in_order(const Set& in, std::size_t head) {
        std::vector<std::size_t> before(blocks_.size());  // blocks to wait for
        for (std::size_t block = 0; block != blocks_.size(); ++block)
            if (in[block])
                for_each_next(block, [&](std::size_t next) { before[next] += in[next] && next != head; });
        std::vector<std::size_t> ready{head};
        while (!ready.empty()) {
            const std::size_t block = ready.back();
            ready.pop_back();
            order_[block] = static_cast<std::int32_t>(loop_.blocks.size());
            loop_.blocks.push_back({.first = blocks_[block].first, .end = blocks_[block].end});
            for_each_next(block, [&](std::size_t next) {
                if (in[next] && next != head && --before[next] == 0) ready.push_back(next);
            });
        }
    }
    void connect() {
        std::vector<std::size_t> entries(loop_.blocks.size());
        for (LoopBlock& block : loop_.blocks) {
            const Block& of = blocks_[static_cast<std::size_t>(block_of_[block.first])];
            const auto place = [&](std::int32_t next) {
                const std::int32_t at = next == none ? none : order_[static_cast<std::size_t>(next)];
                if (at == none) return LoopBlock::out;
                ++entries[static_cast<std::size_t>(at)];
                return at;
            };
            block.taken = place(of.taken);
            block.falls = place(of.falls);
        }
        loop_.chain = true;
        // Instructions up to the end of each.
        std::vector<std::uint32_t> round(loop_.blocks.size()), least(loop_.blocks.size(), unreached);
        least[0] = 0;
        loop_.shortest = unreached;
        for (std::size_t i = 0; i != loop_.blocks.size(); ++i) {
            LoopBlock& block = loop_.blocks[i];
            block.joined = i != 0 && entries[i] > 1;
            round[i] += steps_[block.first].charge;
            least[i] += steps_[block.first].charge;
            const auto next = static_cast<std::int32_t>((i + 1) % loop_.blocks.size());
            for (const std::int32_t to : {block.taken, block.falls}) {
                if (to == LoopBlock::out) continue;
                if (to != next) loop_.chain = false;
                auto& most = to == LoopBlock::head ? loop_.longest : round[static_cast<std::size_t>(to)];
                auto& fewest = to == LoopBlock::head ? loop_.shortest : least[static_cast<std::size_t>(to)];
                most = std::max(most, round[i]);
                fewest = std::min(fewest, least[i]);
            }
            if (block.joined || block.taken == block.falls) loop_.chain = false;
        }
    }

    /// What registers hold before each step of the loop, and what they get in a round.
    void follow_registers() {
        addresses_.assign(steps_.size(), Linear::unknown());
        compared_.assign(loop_.blocks.size(), {});
        Registers at_head;
        for (std::size_t i = 0; i != 32; ++i) at_head[i] = Linear::of_register(i);
        std::vector<std::optional<Registers>> before(loop_.blocks.size());
        std::optional<Registers> after;
        before[0] = at_head;
        for (std::size_t i = 0; i != loop_.blocks.size(); ++i) {
            const LoopBlock& block = loop_.blocks[i];
            Registers x = *before[i];
            for (std::size_t s = block.first; s != block.end; ++s) {
                const riscv::Instruction& code = steps_[s].code;
                addresses_[s] = x[code.rs1];
                if (s + 1 == block.end) compared_[i] = {x[code.rs1], x[code.rs2]};
                if (code.rd < 32) x[code.rd] = result(steps_[s], x);
                x[0] = Linear();
            }
            for (const std::int32_t to : {block.taken, block.falls})
                if (to != LoopBlock::out)
                    join(to == LoopBlock::head ? after : before[static_cast<std::size_t>(to)], x);
        }
        for (std::size_t i = 0; i != 32; ++i) gains_[i] = (*after)[i] - at_head[i];
        // What is not the same in each round says nothing of the next one.
        const Registers once = gains_;
        for (std::size_t i = 0; i != 32; ++i)
            for (const Linear::Term& term : once[i].terms())
                if (!(once[term.reg].is_constant() && once[term.reg].constant() == 0))
                    gains_[i] = Linear::unknown();
    }
    static void join(std::optional<Registers>& into, const Registers& from) {
        if (!into) {
            into = from;
            return;
        }
        for (std::size_t i = 0; i != 32; ++i)
            if ((*into)[i] != from[i]) (*into)[i] = Linear::unknown();
    }
    Linear result(const Step& step, const Registers& x) const {
        const riscv::Instruction& code = step.code;
        const Linear immediate = Linear::of_constant(
            static_cast<std::uint64_t>(std::int64_t{code.immediate}));
        switch (meaning(code.op)) {
        case Op::load_immediate_4: return immediate;
        case Op::move_4: return x[code.rs2];
        case Op::addi_4: return x[code.rs1] + immediate;
        case Op::add_4: return x[code.rs1] + x[code.rs2];
        case Op::sub_4: return x[code.rs1] - x[code.rs2];
        case Op::slli_4:
            return code.immediate < 13 ? x[code.rs1] * (std::int64_t{1} << code.immediate)
                                       : Linear::unknown();
        default: return Linear::unknown();
        }
    }
    /// What the value gets more in each round.
    Linear gain(const Linear& value) const {
        Linear sum = value.known() ? Linear() : Linear::unknown();
        for (const Linear::Term& term : value.terms()) sum = sum + gains_[term.reg] * term.factor;
        return sum;
    }
    static bool is_zero(const Linear& value) { return value.is_constant() && value.constant() == 0; }

    // ---- how far it goes

    /// A branch that is passed as long as `distance` lasts.
    struct Test {
        Linear distance, step, bound;
        bool exact = false;

        bool goes_with(const Test& other) const {
            return exact == other.exact && step == other.step && bound == other.bound &&
                   (exact ? distance == other.distance
                          : distance.without_constant() == other.distance.without_constant());
        }
    };

    std::optional<Test> test_of(std::size_t i) const {
        const LoopBlock& block = loop_.blocks[i];
        const Op branch = meaning(steps_[block.end - 1].code.op);
        if (!is_branch(branch) || (block.taken == LoopBlock::out) == (block.falls == LoopBlock::out))
            return {};
        const bool stays_when_taken = block.taken != LoopBlock::out;
        const auto& [a, b] = compared_[i];
        const Linear gain_a = gain(a), gain_b = gain(b);
        if (!gain_a.known() || !gain_b.known()) return {};
        switch (branch) {
        case Op::beq_far_4:
        case Op::bne_far_4:
            if ((branch == Op::bne_far_4) != stays_when_taken) return {};
            if (is_zero(gain_b)) return hits(a, gain_a, b);
            return is_zero(gain_a) ? hits(b, gain_b, a) : std::nullopt;
        case Op::blt_far_4:
        case Op::bltu_far_4:
            if (stays_when_taken)  // a < b
                return is_zero(gain_b) ? reaches(a, gain_a, b) : std::nullopt;
            if (is_zero(gain_a)) return reaches(b, gain_b, a);  // b <= a
            return branch == Op::blt_far_4 && is_zero(gain_b) ? sinks_to(a, gain_a, b) : std::nullopt;
        default:
            if (!stays_when_taken)  // a < b
                return is_zero(gain_b) ? reaches(a, gain_a, b) : std::nullopt;
            if (is_zero(gain_a)) return reaches(b, gain_b, a);
            return branch == Op::bge_far_4 && is_zero(gain_b) ? sinks_to(a, gain_a, b) : std::nullopt;
        }
    }
    static std::optional<Test> hits(const Linear& value, const Linear& by, const Linear& end) {
        if (!by.is_constant()) return {};
        if (!is_within(by.constant(), 4097)) return {};
        const std::int64_t step = as_signed(by.constant()), size = step < 0 ? -step : step;
        if (size == 0 || (size & (size - 1)) != 0) return {};
        return Test{.distance = step > 0 ? end - value : value - end,
                    .step = Linear::of_constant(static_cast<std::uint64_t>(size)),
                    .bound = {},
                    .exact = true};
    }
    static std::optional<Test> reaches(const Linear& value, const Linear& by, const Linear& end) {
        if (by.is_constant() && (by.constant() == 0 || by.constant() > 4096)) return {};
        return Test{.distance = end - value, .step = by, .bound = end};
    }
    static std::optional<Test> sinks_to(const Linear& value, const Linear& by, const Linear& end) {
        const std::uint64_t step = 0 - by.constant();
        if (!by.is_constant() || step == 0 || step > 4096) return {};
        return Test{.distance = value - end, .step = Linear::of_constant(step), .bound = end};
    }

    bool find_count() {
        std::vector<std::optional<Test>> tests(loop_.blocks.size());
        for (std::size_t i = 0; i != tests.size(); ++i) {
            tests[i] = test_of(i);
            if (tests[i] && !(tests[i]->distance.known() && tests[i]->bound.known() &&
                              is_within(tests[i]->distance.constant(), 1 << 30)))
                tests[i].reset();
        }
        for (const std::optional<Test>& test : tests) {
            if (!test || !each_round_meets(tests, *test)) continue;
            loop_.distance = test->distance;
            for (const std::optional<Test>& other : tests)
                if (other && other->goes_with(*test) &&
                    as_signed(other->distance.constant()) > as_signed(loop_.distance.constant()))
                    loop_.distance = other->distance;
            loop_.step = test->step;
            loop_.exact = test->exact;
            loop_.bound = test->bound;
            return true;
        }
        return false;
    }
    /// Whether each way from the head back to it goes through such a test.
    bool each_round_meets(const std::vector<std::optional<Test>>& tests, const Test& test) const {
        std::vector<bool> missed(loop_.blocks.size());
        missed[0] = true;
        for (std::size_t i = 0; i != loop_.blocks.size(); ++i) {
            if (!missed[i] || (tests[i] && tests[i]->goes_with(test))) continue;
            for (const std::int32_t to : {loop_.blocks[i].taken, loop_.blocks[i].falls}) {
                if (to == LoopBlock::head) return false;
                if (to != LoopBlock::out) missed[static_cast<std::size_t>(to)] = true;
            }
        }
        return true;
    }

    // ---- which memory it touches

    static std::int64_t as_signed(std::uint64_t value) { return static_cast<std::int64_t>(value); }
    /// Between -bound and bound. Not all have a positive: -2^63 has none.
    static bool is_within(std::uint64_t value, std::int64_t bound) {
        return as_signed(value) < bound && as_signed(value) > -bound;
    }

    void find_walks() {
        loop_.walk_of.assign(steps_.size(), CountedLoop::no_walk);
        for (const LoopBlock& block : loop_.blocks)
            for (std::size_t s = block.first; s != block.end; ++s) {
                const Op op = meaning(steps_[s].code.op);
                if (is_load(op) || is_store(op)) loop_.walk_of[s] = walk(addresses_[s], steps_[s].code);
            }
    }
    std::int8_t walk(const Linear& address, const riscv::Instruction& code) {
        const Linear by = gain(address);
        const std::int64_t constant = as_signed(address.constant());
        const std::optional<std::int64_t> pace = pace_of(by);
        if (!address.known() || !pace || constant > widest_walk || constant < -widest_walk)
            return CountedLoop::no_walk;
        const std::int64_t first = constant + code.immediate;
        const Walk one{.from = address.without_constant(),
                       .lowest = constant,
                       .highest = constant,
                       .first = first,
                       .last = first + (1 << width_of(meaning(code.op))) - 1,
                       .pace = *pace,
                       .by = by,
                       .stores = is_store(meaning(code.op))};
        auto known = std::ranges::find_if(loop_.walks,
                                          [&](const Walk& other) { return other.goes_with(one); });
        if (known == loop_.walks.end()) {
            if (loop_.walks.size() == most_walks) return CountedLoop::no_walk;
            known = loop_.walks.insert(known, one);
        }
        known->lowest = std::min(known->lowest, one.lowest);
        known->highest = std::max(known->highest, one.highest);
        known->first = std::min(known->first, one.first);
        known->last = std::max(known->last, one.last);
        known->stores |= one.stores;
        return static_cast<std::int8_t>(known - loop_.walks.begin());
    }
    std::optional<std::int64_t> pace_of(const Linear& gain) const {
        if (!gain.known()) return {};
        if (is_zero(gain)) return 0;
        if (gain == loop_.step) return 1;
        if (!gain.is_constant() || !loop_.step.is_constant()) return {};
        const std::int64_t bytes = as_signed(gain.constant()), step = as_signed(loop_.step.constant());
        if (bytes > fastest * step || bytes < -fastest * step) return {};
        return bytes > 0 ? (bytes + step - 1) / step : -((-bytes + step - 1) / step);
    }

    const Steps& steps_;
    std::vector<Block> blocks_;
    std::vector<std::int32_t> block_of_;  // by step
    std::vector<CountedLoop> loops_;
    // Of the loop in hand.
    CountedLoop loop_;
    std::vector<std::int32_t> order_;              // by block: its place in the loop
    std::vector<Linear> addresses_;                // by step: what rs1 holds
    std::vector<std::array<Linear, 2>> compared_;  // by its block: what the last step compares
    Registers gains_;
};

}  // namespace detail

inline std::vector<CountedLoop> find_counted_loops(const Steps& steps) {
    return detail::CountedLoopFinder(steps).take();
}

}  // namespace wirewrap::jit
