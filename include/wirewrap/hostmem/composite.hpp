// Host memory of several backends, one behind the other in one range of addresses: RAM whose NUMA nodes have a backend
// each is, to whoever accesses it, RAM like any other.
//
//     |-------- m0 --------|-------- m1 --------|guard|      data() … data() + size()
//     anonymous, node 0     memfd, node 1
//
//     using namespace hostmem;
//     auto ram = allocate<Composite>(1_GiB, {{{"m0", 512_MiB, Selection<Anonymous>{{.policy = bind_to(0)}}},
//                                             {"m1", 512_MiB, Selection<Memfd>{{.policy = bind_to(1)}}}}});
//     ram->backing().parts()[1].descriptor;          // what another process needs of each part
//
// Each part keeps its own options: policy, prealloc and the rest. The pages of a part divide its size and what is before it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/hostmem/address_range.hpp>
#include <wirewrap/hostmem/any_memory.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/choice.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

struct Composite {
    static constexpr bool shared = false;
    static constexpr bool has_descriptor = false;
    static constexpr bool writable = true;
    static constexpr bool persistent = false;
    static constexpr std::optional<Bytes> size = std::nullopt;
    static constexpr std::optional<Bytes> page_size = std::nullopt;

    struct Part {
        std::string id{};  // for sentences, and for whoever shares it
        Bytes size{};
        Choice choice{};

        friend bool operator==(const Part&, const Part&) = default;
    };

    struct Options {
        std::vector<Part> parts{};

        /// True when a part asks for it; then that part is populated, and others are not.
        bool prealloc() const {
            return std::ranges::any_of(
                parts, [](const Part& part) { return common_properties(part.choice).prealloc; });
        }
        /// Of all parts, later too.
        void merge(bool on) {
            for (Part& part : parts) std::visit([&](auto& of) { of.options.merge = on; }, part.choice);
        }
        void dump(bool on) {
            for (Part& part : parts) std::visit([&](auto& of) { of.options.dump = on; }, part.choice);
        }

        friend bool operator==(const Options&, const Options&) = default;
    };

    class Memory {
    public:
        std::byte* data() const { return range_.data(); }
        Bytes size() const { return range_.size(); }
        /// The smallest of the parts': the size is a multiple of it.
        Bytes page_size() const {
            Bytes page = parts_.empty() ? os::page_size() : parts_.front().memory.page_size();
            for (const OwnedPart& part : parts_) page = std::min(page, part.memory.page_size());
            return page;
        }

        /// Each part has its policy, from its options; there is none for all of them.
        Expected<void> bind(const NumaPolicy& policy) {
            if (policy.mode != NumaMode::none)
                return fail("policy=", name(policy.mode),
                            " is a property of each part: give it to the parts");
            return each([](OwnedPart& part) { return part.memory.bind(part.properties.policy); });
        }
        /// The parts that have prealloc=on, one after the other, each with its own number of threads.
        Expected<void> populate(const Prealloc& how) {
            return each([&](OwnedPart& part) -> Expected<void> {
                if (!part.properties.prealloc) return {};
                Prealloc mine = how;
                if (part.properties.prealloc_threads) mine.threads = part.properties.prealloc_threads;
                if (!part.properties.prealloc_place.anywhere()) mine.place = part.properties.prealloc_place;
                return part.memory.populate(mine);
            });
        }
        Expected<void> keep(bool shown) {
            return each([&](OwnedPart& part) { return part.memory.keep(shown); });
        }
        Expected<void> merge(bool on) {
            return each([&](OwnedPart& part) { return part.memory.merge(on); });
        }
        Expected<void> dump(bool on) {
            return each([&](OwnedPart& part) { return part.memory.dump(on); });
        }

        /// True when every part is.
        bool shared() const {
            return std::ranges::all_of(parts_, [](const OwnedPart& part) { return part.memory.shared(); });
        }
        std::vector<MemoryPart> parts() const {
            std::vector<MemoryPart> list;
            for (const OwnedPart& part : parts_) {
                MemoryPart one = part.memory.parts().front();
                one.id = part.id;
                one.offset = Bytes{static_cast<std::uint64_t>(part.memory.data() - data())};
                list.push_back(one);
            }
            return list;
        }

    private:
        friend struct Composite;
        struct OwnedPart {
            std::string id;
            CommonProperties properties;
            AnyMemory memory;
        };

        explicit Memory(AddressRange range) : range_(std::move(range)) {}

        template <class Step>
        Expected<void> each(Step step) {
            for (OwnedPart& part : parts_)
                if (auto done = step(part); !done) return about(part.id, done.error());
            return {};
        }

        AddressRange range_;  // unmapped after the parts have let go of their files
        std::vector<OwnedPart> parts_;
    };

    static Verdict check(Bytes asked, const Options& options) {
        if (options.parts.empty())
            return refused("memory of several backends needs at least one: name a part");
        Bytes sum{};
        for (const Part& part : options.parts) {
            const Verdict verdict = std::visit(
                [&]<class B>(const Selection<B>& of) { return B::check(part.size, of.options); },
                part.choice);
            if (!verdict) return refused("memory backend ", std::string_view(part.id), ": ", verdict.view());
            sum += part.size;
            if (const Verdict some = rules::some_size(sum); !some) return some;
        }
        if (sum == asked) return accepted();
        return refused("the memory backends have ", sum, " between them, but ", asked,
                       " are asked for: make the two equal");
    }

    /// Nothing is left of any part when one of them cannot be had, no file either.
    static Expected<Reserved<Composite>> reserve(Bytes asked, const Options& options) {
        return detail::no_throw(
            "reserving memory of several backends", [&]() -> Expected<Reserved<Composite>> {
                if (const Verdict verdict = check(asked, options); !verdict)
                    return std::unexpected(verdict.error());
                auto range = AddressRange::reserve(asked, alignment(options));
                if (!range)
                    return fail("cannot set aside ", asked, " of address space for ", options.parts.size(),
                                " memory backends: ", os::text(range.error()),
                                "; ask for less or raise the limit on address space (ulimit -v)");
                Memory memory(std::move(*range));
                std::byte* at = memory.data();
                for (const Part& part : options.parts) {
                    auto owned = std::visit(
                        [&]<class B>(const Selection<B>& of) {
                            return AnyMemory::reserve<B>(part.size, of.options, at);
                        },
                        part.choice);
                    if (!owned) return about(part.id, owned.error());
                    memory.parts_.push_back({part.id, common_properties(part.choice), std::move(*owned)});
                    at += part.size.count;
                }
                return Reserved<Composite>(std::move(memory), options);
            });
    }

private:
    static std::unexpected<Error> about(const std::string& id, const Error& error) {
        return fail("memory backend ", id, ": ", error.message);
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
                part.choice);
        return alignment;
    }
};

}  // namespace wirewrap::hostmem
