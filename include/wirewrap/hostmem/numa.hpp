// Where pages live: a NUMA policy and the host nodes it speaks of.
//
//     hostmem::NumaPolicy anywhere;                               // the kernel's choice
//     constexpr auto two = hostmem::interleave_over(0, 1);
//     auto asked = hostmem::NumaPolicy{.mode = hostmem::NumaMode::bind, .nodes = {}};
//     check(asked).view();                                        // "policy=bind needs host-nodes: …"
//
// Numbers and meaning are those of mbind(2).
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap::hostmem {

/// A set of host NUMA nodes, 0 to 127. A number beyond is remembered, so that `check()` can refuse it by name.
class NodeSet {
public:
    static constexpr unsigned limit = 128;  // QEMU's MAX_NODES; Linux allows 1024 (CONFIG_NODES_SHIFT 10)

    constexpr NodeSet() = default;
    constexpr NodeSet(std::initializer_list<unsigned> nodes) {
        for (unsigned node : nodes) insert(node);
    }

    constexpr NodeSet& insert(unsigned node) {
        if (node < limit)
            words_[node / 64] |= std::uint64_t{1} << node % 64;
        else if (!beyond_)
            beyond_ = node;
        return *this;
    }
    constexpr bool contains(unsigned node) const {
        return node < limit && (words_[node / 64] >> node % 64 & 1) != 0;
    }
    constexpr bool empty() const { return words_[0] == 0 && words_[1] == 0 && !beyond_; }
    constexpr unsigned size() const {
        return static_cast<unsigned>(std::popcount(words_[0]) + std::popcount(words_[1]));
    }
    /// The first number asked for that is 128 or more.
    constexpr std::optional<unsigned> beyond() const { return beyond_; }
    /// Bit n of the two words is node n: the mask that mbind(2) takes.
    constexpr const std::array<std::uint64_t, 2>& words() const { return words_; }

    /// What is here and not in `other`.
    constexpr NodeSet without(const NodeSet& other) const {
        NodeSet rest;
        for (std::size_t i = 0; i != words_.size(); ++i) rest.words_[i] = words_[i] & ~other.words_[i];
        return rest;
    }
    /// "0, 1 and 3"
    [[gnu::cold, gnu::noinline]] constexpr Text text() const {
        std::array<unsigned, limit> members{};
        std::size_t count = 0;
        for (unsigned node = 0; node != limit; ++node)
            if (contains(node)) members[count++] = node;
        return listing(count, [&](std::size_t i) { return members[i]; }, " and ");
    }

    friend constexpr bool operator==(const NodeSet&, const NodeSet&) = default;

private:
    std::array<std::uint64_t, 2> words_{};
    std::optional<unsigned> beyond_;
};

/// The values are the kernel's MPOL_DEFAULT … MPOL_WEIGHTED_INTERLEAVE (<linux/mempolicy.h>).
enum class NumaMode : std::uint8_t {
    none = 0,
    preferred = 1,
    bind = 2,
    interleave = 3,
    weighted_interleave = 6,  // since Linux 6.9; not one of the values that QEMU's option takes
};

/// The option's spelling: default, preferred, bind, interleave, weighted-interleave.
constexpr std::string_view name(NumaMode mode) {
    switch (mode) {
    case NumaMode::none: return "default";
    case NumaMode::preferred: return "preferred";
    case NumaMode::bind: return "bind";
    case NumaMode::interleave: return "interleave";
    case NumaMode::weighted_interleave: return "weighted-interleave";
    }
    return "unknown";
}

struct NumaPolicy {
    NumaMode mode = NumaMode::none;
    NodeSet nodes{};

    friend constexpr bool operator==(const NumaPolicy&, const NumaPolicy&) = default;
};

/// Pages come from these nodes or not at all.
template <std::same_as<int>... More>
constexpr NumaPolicy bind_to(int node, More... more) {
    return {NumaMode::bind, {static_cast<unsigned>(node), static_cast<unsigned>(more)...}};
}
/// Pages come from these nodes while they have room, then from any.
template <std::same_as<int>... More>
constexpr NumaPolicy prefer(int node, More... more) {
    return {NumaMode::preferred, {static_cast<unsigned>(node), static_cast<unsigned>(more)...}};
}
/// Pages go round these nodes, one page each.
template <std::same_as<int>... More>
constexpr NumaPolicy interleave_over(int node, More... more) {
    return {NumaMode::interleave, {static_cast<unsigned>(node), static_cast<unsigned>(more)...}};
}
/// Pages go round these nodes, as many each as its weight, 1 to 255, in /sys/kernel/mm/mempolicy/weighted_interleave.
template <std::same_as<int>... More>
constexpr NumaPolicy interleave_by_weight(int node, More... more) {
    return {NumaMode::weighted_interleave, {static_cast<unsigned>(node), static_cast<unsigned>(more)...}};
}

/// A policy needs nodes and nodes need a policy.
[[gnu::noinline]] constexpr Verdict check(const NumaPolicy& policy) {
    if (const auto node = policy.nodes.beyond())
        return refused("host-nodes names node ", *node, ", but nodes are numbered 0 to ", NodeSet::limit - 1,
                       ": name nodes of this host, listed in /sys/devices/system/node/online");
    if (policy.mode == NumaMode::none && !policy.nodes.empty())
        return refused(
            "host-nodes ", policy.nodes.text(),
            " has no meaning with policy=default: add policy=bind, preferred or interleave, or leave "
            "host-nodes out");
    if (policy.mode != NumaMode::none && policy.nodes.empty())
        return refused(
            "policy=", name(policy.mode),
            " needs host-nodes: name at least one node, for example host-nodes=0, or use policy=default");
    return accepted();
}

}  // namespace wirewrap::hostmem
