// A backend chosen at run time, and its options; or several, one behind the other in one range of addresses: RAM whose NUMA
// nodes have a backend each is, to whoever accesses it, RAM like any other. What differs between backends costs a branch when it
// is set up, nothing later.
//
//     |-------- m0 --------|-------- m1 --------|guard|      data() … data() + size()
//     anonymous, node 0     memfd, node 1
//
//     using namespace hostmem;
//     auto one = allocate<Selected>(1_GiB, select<Memfd>({.common = {.prealloc = true}}));
//     one->backing().shared(), one->backing().descriptor();    // what was chosen can do
//     auto two = allocate<Selected>(1_GiB, {{{"m0", 512_MiB, Selection<Anonymous>{{.policy = bind_to(0)}}},
//                                            {"m1", 512_MiB, Selection<Memfd>{}}}});
//     two->backing().parts()[1].descriptor;                    // what another process needs of each part
//
// Each part keeps its own options: policy, prealloc and the rest. The pages of a part divide its size and what is before it.
// What a type says of a backend, a choice cannot: code that needs shared memory with a descriptor at compile time takes
// `Memfd`. `RomFile` is no choice, because RAM is written, and `Fixed` is none, because its size is in its type.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/address_range.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/descriptor_mapping.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/hostmem/mapping.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/hostmem/properties.hpp>
#include <wirewrap/hostmem/rules.hpp>
#include <wirewrap/hostmem/shm.hpp>

namespace wirewrap::hostmem {

/// A backend and its options.
template <class B>
struct Selection {
    using Backend = B;
    typename B::Options options{};

    friend bool operator==(const Selection&, const Selection&) = default;
};

/// What one of several backends gives, or the only one.
struct Part {
    std::string id{};  // for sentences, and for whoever shares it
    Bytes size{};      // of the only part it may be left out
    std::variant<Selection<Anonymous>, Selection<SharedAnonymous>, Selection<File>, Selection<SharedFile>,
                 Selection<Memfd>, Selection<PrivateMemfd>, Selection<Shm>>
        backend{};

    CommonProperties common() const {
        return std::visit([](const auto& of) { return common_in(of.options); }, backend);
    }
    friend bool operator==(const Part&, const Part&) = default;
};

struct Selected {
    static constexpr bool shared = false;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    struct Options {
        std::vector<Part> parts{};  // left out: Anonymous with its defaults

        /// Of the only part. Of several each has its own, and this says whether any of them has prealloc.
        CommonProperties common() const {
            if (parts.size() == 1) return parts.front().common();
            return {.prealloc = std::ranges::any_of(parts, &CommonProperties::prealloc, &Part::common)};
        }
        friend bool operator==(const Options&, const Options&) = default;
    };
    template <class Change>
    friend void change_common(Options& options, Change change) {
        for (Part& part : options.parts)
            std::visit([&](auto& of) { change_common(of.options, change); }, part.backend);
    }

    /// Owns the memory of each part. What is asked often is known by heart, so that an access costs what it costs to any
    /// memory. Moved from, it is no memory: nothing and 0 bytes, without parts.
    class Memory {
    public:
        Memory(Memory&& other) noexcept
            : known_(std::exchange(other.known_, {})), range_(std::move(other.range_)),
              parts_(std::exchange(other.parts_, {})) {}
        Memory& operator=(Memory&& other) noexcept {
            Memory mine(std::move(other));
            std::swap(known_, mine.known_);
            std::swap(range_, mine.range_);
            std::swap(parts_, mine.parts_);
            return *this;
        }

        std::byte* data() const { return known_.data; }
        Bytes size() const { return known_.size; }
        /// The smallest of the parts': the size is a multiple of it.
        Bytes page_size() const { return known_.page; }
        /// Stores to any of it are seen by every process that maps the same memory.
        bool shared() const { return known_.shared; }
        /// To give to another process, where all of it is from one backend that has one.
        std::optional<int> descriptor() const {
            if (parts_.size() != 1) return std::nullopt;
            return parts_.front().describe().descriptor;
        }
        /// In the order of their offsets, without gaps.
        std::vector<MemoryPart> parts() const {
            std::vector<MemoryPart> list;
            for (const OwnedPart& part : parts_) {
                list.push_back(part.describe());
                list.back().id = part.id;
                list.back().offset = Bytes{static_cast<std::uint64_t>(part.mapping().data() - data())};
            }
            return list;
        }

        /// Each of several parts has its policy, from its options; there is none for all of them.
        Expected<void> bind(const NumaPolicy& policy) {
            if (parts_.size() > 1 && policy.mode != NumaMode::none)
                return fail("policy=", name(policy.mode),
                            " is a property of each part: give it to the parts");
            return each([&](OwnedPart& part) {
                const NumaPolicy& its = parts_.size() > 1 ? part.common.policy : policy;
                return part.with([&](auto& memory) { return memory.bind(its); });
            });
        }
        /// All of it; of several parts those that have prealloc=on, where any has, one after the other, each with its own
        /// number of threads.
        Expected<void> populate(const Prealloc& how) {
            const bool chosen = std::ranges::any_of(
                parts_, [](const OwnedPart& part) { return part.common.prealloc; });
            return each([&](OwnedPart& part) -> Expected<void> {
                if (chosen && !part.common.prealloc) return {};
                Prealloc mine = how;
                if (parts_.size() > 1) {
                    const CommonProperties& common = part.common;
                    if (common.prealloc_threads) mine.threads = common.prealloc_threads;
                    if (!common.prealloc_place.anywhere()) mine.place = common.prealloc_place;
                    if (mine.populated == nullptr) mine.populated = common.prealloc_count;
                }
                return part.with([&](auto& memory) { return memory.populate(mine); });
            });
        }
        /// All parts or none, as far as others have not opened what has its name already.
        Expected<void> keep(bool shown) {
            auto all = each([&](OwnedPart& part) { return part.keep(shown); });
            if (all) return all;
            const auto undone = withdraw();
            return undone ? all : fail(all.error().message, "; ", undone.error().message);
        }
        /// Nothing of it is left then: a part's file may be that of a later one, which must not have it open by then.
        Expected<void> withdraw() {
            Expected<void> undone;
            known_ = {};
            range_ = {};
            for (; !parts_.empty(); parts_.pop_back())
                if (auto one = parts_.back().withdraw(); !one) undone = std::move(one);
            return undone;
        }
        Expected<void> merge(bool on) {
            return each([&](OwnedPart& part) { return part.mapping().merge(on); });
        }
        Expected<void> dump(bool on) {
            return each([&](OwnedPart& part) { return part.mapping().dump(on); });
        }

    private:
        friend struct Selected;
        struct OwnedPart {
            std::string id;
            CommonProperties common;
            std::variant<Mapping, DescriptorMapping, FileMemory> memory;

            template <class Step>
            Expected<void> with(Step step) {
                return std::visit(step, memory);
            }
            Mapping& mapping() {
                return std::visit([](auto& one) -> Mapping& { return one; }, memory);
            }
            const Mapping& mapping() const {
                return std::visit([](const auto& one) -> const Mapping& { return one; }, memory);
            }
            MemoryPart describe() const {
                const MappingPlan& plan = mapping().plan();
                MemoryPart part{.size = mapping().size(),
                                .page_size = plan.page,
                                .shared = plan.shared,
                                .descriptor_offset = plan.offset};
                if (plan.descriptor >= 0) part.descriptor = plan.descriptor;
                return part;
            }
            Expected<void> keep(bool shown) {
                auto* const file = std::get_if<FileMemory>(&memory);
                return file != nullptr ? file->keep(shown) : Expected<void>();
            }
            Expected<void> withdraw() {  // one that fails does not keep the others from it
                auto* const file = std::get_if<FileMemory>(&memory);
                if (file == nullptr) return {};
                return detail::no_throw("withdrawing host memory", [&] { return file->withdraw(); });
            }
        };
        struct Known {
            std::byte* data = nullptr;
            Bytes size{};
            Bytes page = os::page_size();
            bool shared = false;
        };

        Memory(AddressRange range, Bytes all) : known_{.size = all}, range_(std::move(range)) {}
        void add(OwnedPart part) {
            const MemoryPart one = part.describe();
            const bool first = parts_.empty();
            if (first) known_.data = part.mapping().data();
            known_.page = first ? one.page_size : std::min(known_.page, one.page_size);
            known_.shared = one.shared && (first || known_.shared);
            parts_.push_back(std::move(part));
        }
        template <class Step>
        Expected<void> each(Step step) {
            if (parts_.empty()) return fail("this memory was moved away: use what it was moved to");
            for (OwnedPart& part : parts_)
                if (auto done = step(part); !done) return std::unexpected(about(part.id, done.error()));
            return {};
        }

        Known known_;
        AddressRange range_;  // of several parts; unmapped after they have let go of their files
        std::vector<OwnedPart> parts_;
    };

    static Verdict check(Bytes asked, const Options& options) {
        Bytes sum{};
        for (const Part& part : parts_in(options)) {
            const Bytes size = size_of(part, asked, options);
            const Verdict verdict = std::visit(
                [&]<class B>(const Selection<B>& of) { return B::check(size, of.options); }, part.backend);
            if (!verdict) return refused(about(part.id, verdict.error()).message);
            sum += size;
            if (const Verdict some = rules::some_size(sum); !some) return some;
        }
        if (sum == asked) return accepted();
        return refused("the memory backends have ", sum, " between them, but ", asked,
                       " are asked for: make the two equal");
    }

    /// Nothing is left of any part when one of them cannot be had, no file either.
    static Expected<Reserved<Selected>> reserve(Bytes asked, const Options& options) {
        return detail::no_throw("reserving host memory", [&]() -> Expected<Reserved<Selected>> {
            if (const Verdict verdict = check(asked, options); !verdict)
                return std::unexpected(verdict.error());
            const std::span<const Part> parts = parts_in(options);
            AddressRange range;
            if (parts.size() > 1) {
                auto reserved = AddressRange::reserve(asked, alignment(options));
                if (!reserved)
                    return fail("cannot set aside ", asked, " of address space for ", parts.size(),
                                " memory backends: ", os::text(reserved.error()),
                                "; ask for less or raise the limit on address space (ulimit -v)");
                range = std::move(*reserved);
            }
            std::byte* at = range.data();
            Memory memory(std::move(range), asked);
            for (const Part& part : parts) {
                const Bytes size = size_of(part, asked, options);
                const auto added = std::visit(
                    [&]<class B>(const Selection<B>& of) -> Expected<void> {
                        auto reserved = B::reserve(size, of.options, at);
                        if (!reserved) return std::unexpected(about(part.id, reserved.error()));
                        memory.add({part.id, part.common(), std::move(reserved->held_.memory)});
                        return {};
                    },
                    part.backend);
                if (!added) return std::unexpected(added.error());
                if (at != nullptr) at += size.count;
            }
            return Reserved<Selected>(std::move(memory), {{parts.begin(), parts.end()}});
        });
    }

private:
    static std::span<const Part> parts_in(const Options& options) {
        static const Part anonymous;
        if (options.parts.empty()) return {&anonymous, 1};
        return options.parts;
    }
    static Bytes size_of(const Part& part, Bytes asked, const Options& options) {
        return options.parts.size() < 2 && part.size == Bytes{} ? asked : part.size;
    }
    static Error about(const std::string& id, const Error& error) {
        return id.empty() ? error : Error{"memory backend " + id + ": " + error.message};
    }

    // Which pages a file or a pool gives is known when it is open, and the range is there before: address space for the
    // largest page of x86-64 costs nothing.
    static Bytes alignment(const Options& options) {
        constexpr Bytes largest_page{1u << 30};
        Bytes alignment = huge_page;
        for (const Part& part : options.parts)
            std::visit(
                [&](const auto& of) {
                    if constexpr (requires { of.options.path; })
                        alignment = std::max({alignment, largest_page, of.options.align});
                    else if constexpr (requires { of.options.hugetlb; })
                        if (of.options.hugetlb) alignment = std::max(alignment, largest_page);
                },
                part.backend);
        return alignment;
    }
};

/// The choice of `B` with `options`.
template <class B>
Selected::Options select(typename B::Options options = {}) {
    return {{Part{.backend = Selection<B>{std::move(options)}}}};
}

}  // namespace wirewrap::hostmem
