// A range of host memory from mmap: aligned so that huge pages can serve it, with a page behind it that always traps.
//
//      mmap(PROT_NONE, size + alignment)
//     |-- unmapped --|---- size, activated with MAP_FIXED ----|guard|-- unmapped --|
//                    ^ multiple of `alignment`, 2 MiB or more       PROT_NONE
//
//     auto memory = Mapping::reserve({.what = "anonymous memory", .size = 64_MiB});   // no page is touched
//     memory->bind(bind_to(0));
//     memory->populate({.threads = 2});
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/hostmem/host.hpp>
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
    bool shared = false;           // MAP_SHARED rather than MAP_PRIVATE
    bool writable = true;          // false: PROT_READ
    bool reserve = true;           // false: MAP_NORESERVE
    bool merge = true;             // MADV_MERGEABLE rather than MADV_UNMERGEABLE
    bool dump = true;              // false: MADV_DONTDUMP
};

/// Owns a mapping and its guard page; whoever opened `descriptor` closes it. Satisfies `MemoryRange`.
class Mapping {
public:
    /// Maps and advises; no page is touched. Fails with the kernel's reason and the remedies.
    static Expected<Mapping> reserve(MappingPlan plan) {
        if (!plan.reserve) {
            const Verdict effective = rules::unreserved(accounted(plan), host::overcommit_memory());
            if (!effective) return std::unexpected(effective.error());
        }
        plan.alignment = std::max({plan.alignment, plan.page, huge_page});
        const Bytes guard = os::page_size();
        const Bytes room = plan.size + plan.alignment;
        const auto space = os::map(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
        if (!space) return refusal(plan, space.error());

        const Bytes head{-reinterpret_cast<std::uintptr_t>(*space) & (plan.alignment.count - 1)};
        std::byte* const base = *space + head.count;
        const Bytes tail = room - head - plan.size - guard;
        if (head != Bytes{}) std::ignore = os::unmap(*space, head);
        if (tail != Bytes{}) std::ignore = os::unmap(base + (plan.size + guard).count, tail);

        Mapping mapping(std::move(plan), base, guard);
        if (const auto active = mapping.activate(); !active) return refusal(mapping.plan_, active.error());
        mapping.give_advice();
        return mapping;
    }

    Mapping(Mapping&& other) noexcept
        : plan_(std::move(other.plan_)), policy_(other.policy_), base_(std::exchange(other.base_, nullptr)),
          guard_(other.guard_) {}
    Mapping& operator=(Mapping&& other) noexcept {
        swap(other);
        return *this;
    }
    ~Mapping() {
        if (base_ != nullptr) std::ignore = os::unmap(base_, plan_.size + guard_);
    }

    std::byte* data() const { return base_; }
    Bytes size() const { return plan_.size; }
    Bytes page_size() const { return plan_.page; }
    const MappingPlan& plan() const { return plan_; }

    /// Makes the policy hold for every page to come. Fails for a node that this host does not have.
    Expected<void> bind(const NumaPolicy& policy) {
        if (const Verdict verdict = check(policy); !verdict) return std::unexpected(verdict.error());
        if (policy.mode == NumaMode::none) return {};
        if (const auto present = host::nodes_with_memory())
            if (const NodeSet missing = policy.nodes.without(*present); !missing.empty())
                return fail("host-nodes names node ", missing.text(), ", but this host has memory on node ",
                            present->text(), " only: use policy=", name(policy.mode),
                            " with host-nodes among those");
        if (const auto bound = os::bind(base_, plan_.size, policy); !bound)
            return fail("cannot apply policy=", name(policy.mode), " with host-nodes ", policy.nodes.text(),
                        " to ", plan_.size, " of ", plan_.what, ": ", os::text(bound.error()),
                        "; the kernel must have NUMA, and the nodes must be in this process's cpuset "
                        "(Mems_allowed in /proc/self/status)");
        policy_ = policy;
        return {};
    }

    /// Takes every page now.
    Expected<void> populate(const Prealloc& how) {
        return hostmem::populate({.what = plan_.what,
                                  .data = base_,
                                  .size = plan_.size,
                                  .page = plan_.page,
                                  .writable = plan_.writable,
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

protected:
    void swap(Mapping& other) noexcept {
        std::swap(plan_, other.plan_);
        std::swap(policy_, other.policy_);
        std::swap(base_, other.base_);
        std::swap(guard_, other.guard_);
    }

private:
    Mapping(MappingPlan plan, std::byte* base, Bytes guard)
        : plan_(std::move(plan)), base_(base), guard_(guard) {}

    os::Result<std::byte*> activate() const {
        const int protection = plan_.writable ? PROT_READ | PROT_WRITE : PROT_READ;
        const int flags = MAP_FIXED | (plan_.shared ? MAP_SHARED : MAP_PRIVATE) |
                          (plan_.descriptor < 0 ? MAP_ANONYMOUS : 0) | (plan_.reserve ? 0 : MAP_NORESERVE);
        return os::map(base_, plan_.size, protection, flags, plan_.descriptor, plan_.offset);
    }

    // What the kernel counts against its commit limit: private writable pages, and shared ones without a file.
    static bool accounted(const MappingPlan& plan) {
        return plan.page == os::page_size() && plan.writable && !(plan.shared && plan.descriptor >= 0);
    }

    static std::unexpected<Error> refusal(const MappingPlan& plan, os::Failure reason) {
        const Text refused = sentence("cannot map ", plan.size, " of ", plan.what, ": ", os::text(reason));
        if (plan.page > os::page_size()) {
            const auto pool = host::huge_pages(plan.page).value_or(host::HugePages{});
            return fail(refused, "; it takes ", plan.size / plan.page, " huge pages of ", plan.page, ", and ",
                        pool.free, " of the host's ", pool.total, " are free: reserve more in ",
                        host::huge_page_pool(plan.page), "/nr_hugepages, or ask for less");
        }
        if (plan.reserve)
            return fail(
                refused, " with vm.overcommit_memory=", host::overcommit_memory(),
                "; ask for less, raise the limit on address space (ulimit -v), or set no swap space aside "
                "with reserve=off");
        return fail(refused, "; ask for less or raise the limit on address space (ulimit -v)");
    }

    // Permissions, not orders: a kernel without KSM or huge pages refuses the advice, and nothing is lost by that.
    void give_advice() {
        std::ignore = os::advise(base_, plan_.size, plan_.merge ? MADV_MERGEABLE : MADV_UNMERGEABLE);
        if (!plan_.dump) std::ignore = os::advise(base_, plan_.size, MADV_DONTDUMP);
        if (plan_.page < huge_page) std::ignore = os::advise(base_, plan_.size, MADV_HUGEPAGE);
    }

    Expected<void> advise(int advice, std::string_view option, std::string_view remedy) {
        if (const auto advised = os::advise(base_, plan_.size, advice); !advised)
            return fail("cannot set ", option, " for ", plan_.size, " of ", plan_.what, ": ",
                        os::text(advised.error()), "; ", remedy);
        return {};
    }

    MappingPlan plan_;
    NumaPolicy policy_;
    std::byte* base_ = nullptr;
    Bytes guard_;
};

}  // namespace wirewrap::hostmem
