// A range of host memory from mmap: aligned so that huge pages can serve it, with a page behind it that always traps.
//
//     address space (address_range.hpp)   |---------- size ----------|guard|
//     activated with MAP_FIXED            |--- pages, when touched --|
//                                         ^ multiple of `alignment`, 2 MiB or more
//
//     auto memory = Mapping::reserve({.what = "anonymous memory", .size = 64_MiB});   // no page is touched
//     memory->bind(bind_to(0));
//     memory->populate({.threads = 2});
#pragma once

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/address_range.hpp>
#include <wirewrap/hostmem/host.hpp>
#include <wirewrap/hostmem/no_throw.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/hostmem/populate.hpp>
#include <wirewrap/hostmem/prealloc.hpp>
#include <wirewrap/hostmem/rules.hpp>

namespace wirewrap::hostmem {

/// What is to be mapped, and how.
struct MappingPlan {
    std::string what{};            // for sentences: "anonymous memory", "file /dev/shm/guest"
    Bytes size{};                  // a whole number of `page`
    Bytes page = os::page_size();  // of the memory behind it; larger for huge pages
    Bytes alignment = huge_page;   // a power of two; raised to 2 MiB and to `page`
    int descriptor = -1;           // of the file to map; -1: anonymous
    Bytes offset{};                // into the file, a whole number of `page`
    std::byte* at = nullptr;       // in another's range, which has a guard; left out: a range of its own
    bool shared = false;           // MAP_SHARED rather than MAP_PRIVATE
    bool writable = true;          // false: PROT_READ
    bool kept = true;              // false: page cache, which can be written back to make room
    bool reserve = true;           // false: MAP_NORESERVE
    bool merge = true;             // MADV_MERGEABLE rather than MADV_UNMERGEABLE
    bool dump = true;              // false: MADV_DONTDUMP
};

/// Owns a mapping and its guard page; whoever opened `descriptor` closes it. Satisfies `MemoryRange`.
class Mapping {
public:
    /// Maps and advises; no page is touched. Fails with the kernel's reason and the remedies.
    static Expected<Mapping> reserve(MappingPlan plan) {
        return detail::no_throw("mapping host memory", [&] { return map(std::move(plan)); });
    }

    // Calls of their own, because a plan is long.
    [[gnu::noinline]] Mapping(Mapping&&) noexcept = default;
    /// What was here is given back at once.
    [[gnu::noinline]] Mapping& operator=(Mapping&& other) noexcept {
        plan_ = std::exchange(other.plan_, {});
        policy_ = std::exchange(other.policy_, {});
        range_ = std::move(other.range_);
        return *this;
    }
    [[gnu::noinline]] ~Mapping() = default;

    std::byte* data() const { return range_.data(); }
    Bytes size() const { return range_.size(); }
    Bytes page_size() const { return plan_.page; }
    const MappingPlan& plan() const { return plan_; }

    /// The kernel's choice holds already.
    void bind() noexcept {}
    /// Makes the policy hold for every page to come. Fails for a node that this host does not have.
    Expected<void> bind(const NumaPolicy& policy) {
        return detail::no_throw("binding host memory", [&] { return held(policy); });
    }

    /// Takes every page now.
    Expected<void> populate(const Prealloc& how) {
        return hostmem::populate({.what = plan_.what,
                                  .data = data(),
                                  .size = plan_.size,
                                  .page = plan_.page,
                                  .shared = plan_.shared,
                                  .writable = plan_.writable,
                                  .kept = plan_.kept,
                                  .policy = policy_},
                                 how);
    }

    Expected<void> merge(bool on) {
        if (on) return advise(MADV_MERGEABLE, "merge=on", "the kernel needs same-page merging (CONFIG_KSM)");
        return advise(MADV_UNMERGEABLE, "merge=off",
                      "pages that were merged need room of their own: free memory");
    }
    Expected<void> dump(bool on) {
        const std::string_view remedy = "/proc/self/coredump_filter decides instead";
        if (on) return advise(MADV_DODUMP, "dump=on", remedy);
        return advise(MADV_DONTDUMP, "dump=off", remedy);
    }

    /// Maps another file in place of the one that was mapped, at the same addresses and with the same policy. What was
    /// stored is in the one that was.
    Expected<void> map_instead(int descriptor) {
        plan_.descriptor = descriptor;
        if (const auto active = activate(); !active) return refusal(plan_, active.error());
        give_advice();
        return bind(policy_);
    }

private:
    static Expected<Mapping> map(MappingPlan&& plan) {
        plan.page = std::max(plan.page, os::page_size());  // never 0, by which sizes are divided
        if (!plan.reserve) {
            const Verdict effective = rules::unreserved(accounted(plan), host::overcommit_memory());
            if (!effective) return std::unexpected(effective.error());
        }
        if (const Verdict fits = rules::within_file(plan.offset, plan.size); !fits)
            return fail(plan.what, ": ", fits.view());
        plan.alignment = std::max({plan.alignment, plan.page, huge_page});
        AddressRange range;
        if (plan.at == nullptr) {
            auto mapped = AddressRange::reserve(
                plan.size, plan.alignment, {protection(plan), flags(plan), plan.descriptor, plan.offset});
            if (!mapped) return refusal(plan, mapped.error());
            range = std::move(*mapped);
        } else {
            if (reinterpret_cast<std::uintptr_t>(plan.at) % plan.page.count != 0)
                return fail("cannot map ", plan.size, " of ", plan.what, ": its pages have ", plan.page,
                            ", and what is before it is no multiple of that: put larger pages first");
            range = AddressRange::inside(plan.at, plan.size);
        }
        const bool active = plan.at == nullptr;
        Mapping mapping(std::move(plan), std::move(range));
        if (!active)
            if (const auto mapped = mapping.activate(); !mapped)
                return refusal(mapping.plan_, mapped.error());
        mapping.give_advice();
        return mapping;
    }

    [[gnu::cold]] Expected<void> held(const NumaPolicy& policy) {
        if (const Verdict verdict = check(policy); !verdict) return std::unexpected(verdict.error());
        if (policy.mode == NumaMode::none) return {};
        if (const auto present = host::nodes_with_memory())
            if (const NodeSet missing = policy.nodes.without(*present); !missing.empty())
                return fail("host-nodes names node ", missing.text(), ", but this host has memory on node ",
                            present->text(), " only: use policy=", name(policy.mode),
                            " with host-nodes among those");
        if (auto enough = pool_suffices(policy); !enough) return enough;
        if (const auto bound = os::bind(data(), plan_.size, policy); !bound) {
            const std::string_view since = os::first_kernel_with(os::kernel_mode(policy));
            return fail("cannot apply policy=", name(policy.mode), " with host-nodes ", policy.nodes.text(),
                        " to ", plan_.size, " of ", plan_.what, ": ", os::text(bound.error()),
                        "; the kernel must ", since.empty() ? "" : "be Linux ", since,
                        since.empty() ? "" : " or later and ",
                        "have NUMA, and the nodes must be in this process's cpuset "
                        "(Mems_allowed in /proc/self/status)");
        }
        policy_ = policy;
        return {};
    }

    // The kernel sets pages aside in the pool of all nodes, and says nothing when those that are allowed have too few: a store
    // would raise SIGBUS. Only policy=bind insists on its nodes. Pages that a file has already are wherever they are.
    [[gnu::cold]] Expected<void> pool_suffices(const NumaPolicy& policy) const {
        if (plan_.page == os::page_size() || !plan_.reserve || policy.mode != NumaMode::bind) return {};
        const auto free = host::free_huge_pages(policy.nodes, plan_.page);
        if (!free) return {};
        std::uint64_t there = free->pages + host::huge_pages_to_add(plan_.page);
        struct stat status{};
        if (plan_.descriptor >= 0 && ::fstat(plan_.descriptor, &status) == 0)
            there += static_cast<std::uint64_t>(status.st_blocks) * 512 / plan_.page.count;
        const std::uint64_t needed = plan_.size / plan_.page;
        if (needed <= there) return {};
        return fail("cannot bind ", plan_.size, " of ", plan_.what, " to node ", policy.nodes.text(),
                    ": it takes ", needed, " huge pages of ", plan_.page, ", and ", free->text,
                    ": reserve more in nr_hugepages of a node's folder below /sys/devices/system/node, allow "
                    "other nodes, or ask for less");
    }

    Mapping(MappingPlan&& plan, AddressRange&& range) : plan_(std::move(plan)), range_(std::move(range)) {}

    static int protection(const MappingPlan& plan) {
        return plan.writable ? PROT_READ | PROT_WRITE : PROT_READ;
    }
    static int flags(const MappingPlan& plan) {
        return (plan.shared ? MAP_SHARED : MAP_PRIVATE) | (plan.descriptor < 0 ? MAP_ANONYMOUS : 0) |
               (plan.reserve ? 0 : MAP_NORESERVE);
    }
    os::Result<std::byte*> activate() const {
        return os::map(data(), plan_.size, protection(plan_), MAP_FIXED | flags(plan_), plan_.descriptor,
                       plan_.offset);
    }

    // What the kernel counts against its commit limit: private writable pages, and shared ones without a file.
    static bool accounted(const MappingPlan& plan) {
        return plan.page == os::page_size() && plan.writable && !(plan.shared && plan.descriptor >= 0);
    }

    [[gnu::cold]] static std::unexpected<Error> refusal(const MappingPlan& plan, os::Failure reason) {
        const Text refused = sentence("cannot map ", plan.size, " of ", plan.what, ": ", os::text(reason));
        if (plan.page > os::page_size()) {
            const auto pool = host::huge_pages(plan.page).value_or(host::HugePages{});
            return fail(refused, "; it takes ", plan.size / plan.page, " huge pages of ", plan.page, ", and ",
                        pool.free, " of the host's ", pool.total, " are free: reserve more in ",
                        host::huge_page_pool(plan.page), "/nr_hugepages, or ask for less");
        }
        if (reason.code == EAGAIN)
            return fail(refused,
                        "; this process locks its memory (mlockall): raise the limit on that (ulimit -l), "
                        "or ask for less");
        if (reason.code != ENOMEM && plan.descriptor >= 0)
            return fail(refused, "; its file system must let files be mapped: use a file in another");
        if (plan.reserve)
            return fail(refused, " with vm.overcommit_memory=", host::overcommit_memory(),
                        "; ask for less, raise the limits on address space (ulimit -v) and data (ulimit -d), "
                        "or set no "
                        "swap space aside with reserve=off");
        return fail(refused,
                    "; ask for less or raise the limits on address space (ulimit -v) and data (ulimit -d)");
    }

    // Permissions, not orders: a kernel without KSM or huge pages refuses the advice, and nothing is lost by that.
    void give_advice() {
        std::ignore = os::advise(data(), plan_.size, plan_.merge ? MADV_MERGEABLE : MADV_UNMERGEABLE);
        if (!plan_.dump) std::ignore = os::advise(data(), plan_.size, MADV_DONTDUMP);
        if (plan_.page < huge_page && plan_.size >= huge_page)
            std::ignore = os::advise(data(), plan_.size, MADV_HUGEPAGE);
    }

    [[gnu::cold]] Expected<void> advise(int advice, std::string_view option, std::string_view remedy) {
        return detail::no_throw("advising the kernel", [&]() -> Expected<void> {
            if (const auto advised = os::advise(data(), plan_.size, advice); !advised)
                return fail("cannot set ", option, " for ", plan_.size, " of ", plan_.what, ": ",
                            os::text(advised.error()), "; ", remedy);
            return {};
        });
    }

    MappingPlan plan_;
    NumaPolicy policy_;
    AddressRange range_;
};

}  // namespace wirewrap::hostmem
