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

#include <linux/mempolicy.h>

#include <cstddef>
#include <cstdint>
#include <string>
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
    Bytes alignment = huge_page;   // power of two; raised to 2 MiB and to `page`
    int descriptor = -1;           // -1: anonymous
    Bytes offset{};                // into the descriptor's file, a whole number of `page`
    bool shared = false;           // MAP_SHARED rather than MAP_PRIVATE
    bool writable = true;          // false: PROT_READ
    bool reserve = true;           // false: MAP_NORESERVE
    bool merge = true;             // MADV_MERGEABLE rather than MADV_UNMERGEABLE
    bool dump = true;              // false: MADV_DONTDUMP
};

/// Owns a mapping and its guard page; unmaps both when destroyed. Satisfies `MemoryRange`.
class Mapping {
public:
    /// Maps and advises; no page is touched. Fails with the kernel's reason and the remedies.
    static Expected<Mapping> reserve(MappingPlan plan) {
        if (plan.alignment < huge_page) plan.alignment = huge_page;
        if (plan.alignment < plan.page) plan.alignment = plan.page;
        const Bytes guard = os::page_size();
        const Bytes room = plan.size + plan.alignment;
        const auto space = os::map(nullptr, room, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
        if (!space) return refusal(plan, space.error());

        const auto address = reinterpret_cast<std::uintptr_t>(*space);
        const Bytes head{-address & (plan.alignment.count - 1)};
        std::byte* const base = *space + head.count;
        if (head != Bytes{0}) static_cast<void>(os::unmap(*space, head));
        const Bytes tail = room - head - plan.size - guard;
        if (tail != Bytes{0}) static_cast<void>(os::unmap(base + (plan.size + guard).count, tail));

        Mapping mapping(std::move(plan), base, guard);
        const MappingPlan& p = mapping.plan_;
        const int protection = p.writable ? PROT_READ | PROT_WRITE : PROT_READ;
        const int flags = MAP_FIXED | (p.shared ? MAP_SHARED : MAP_PRIVATE) |
                          (p.descriptor < 0 ? MAP_ANONYMOUS : 0) | (p.reserve ? 0 : MAP_NORESERVE);
        if (const auto active = os::map(base, p.size, protection, flags, p.descriptor, p.offset); !active)
            return refusal(p, active.error());
        mapping.give_advice();
        return mapping;
    }

    Mapping(Mapping&& other) noexcept
        : plan_(std::move(other.plan_)), base_(std::exchange(other.base_, nullptr)), guard_(other.guard_) {}
    Mapping& operator=(Mapping&& other) noexcept {
        std::swap(plan_, other.plan_);
        std::swap(base_, other.base_);
        std::swap(guard_, other.guard_);
        return *this;
    }
    ~Mapping() {
        if (base_ != nullptr) static_cast<void>(os::unmap(base_, plan_.size + guard_));
    }

    std::byte* data() const { return base_; }
    Bytes size() const { return plan_.size; }
    Bytes page_size() const { return plan_.page; }

    /// Makes the policy hold for every page to come. Fails for a node that this host does not have.
    Expected<void> bind(const NumaPolicy& policy) {
        if (policy.mode == NumaMode::none) return {};
        if (const auto present = host::nodes_with_memory())
            if (const NodeSet missing = policy.nodes.without(*present); !missing.empty())
                return fail("host-nodes names node ",
                            missing.text(),
                            ", but this host has memory on node ",
                            present->text(),
                            " only: use policy=",
                            name(policy.mode),
                            " with those");
        int mode = static_cast<int>(policy.mode);
        // MPOL_PREFERRED looks at the first node only; several need Linux 5.15.
        if (policy.mode == NumaMode::preferred && policy.nodes.size() > 1) mode = MPOL_PREFERRED_MANY;
        const auto bound = os::bind(base_, plan_.size, mode, policy.nodes, MPOL_MF_STRICT | MPOL_MF_MOVE);
        if (!bound)
            return fail("cannot apply policy=",
                        name(policy.mode),
                        " with host-nodes ",
                        policy.nodes.text(),
                        " to ",
                        plan_.size,
                        " of ",
                        plan_.what,
                        ": ",
                        os::text(bound.error()),
                        "; the kernel must have NUMA, and the nodes must be in this process's cpuset "
                        "(Mems_allowed in /proc/self/status)");
        return {};
    }

    /// Takes every page now.
    Expected<void> populate(const Prealloc& how) {
        return populate_pages(
            plan_.what, {base_, static_cast<std::size_t>(plan_.size.count)}, plan_.page, how);
    }

    Expected<void> merge(bool on) {
        return advise(on ? MADV_MERGEABLE : MADV_UNMERGEABLE,
                      on ? "merge=on" : "merge=off",
                      "the kernel needs same-page merging (CONFIG_KSM)");
    }
    Expected<void> dump(bool on) {
        return advise(on ? MADV_DODUMP : MADV_DONTDUMP,
                      on ? "dump=on" : "dump=off",
                      "huge pages are dumped as /proc/self/coredump_filter says");
    }

private:
    Mapping(MappingPlan plan, std::byte* base, Bytes guard)
        : plan_(std::move(plan)), base_(base), guard_(guard) {}

    static std::unexpected<Error> refusal(const MappingPlan& plan, os::Failure reason) {
        Text remedy = sentence("ask for less or raise the limit on address space (ulimit -v)");
        if (plan.reserve) remedy.append(", or take no swap space in advance with reserve=off");
        return fail("cannot reserve ",
                    plan.size,
                    " of ",
                    plan.what,
                    ": ",
                    os::text(reason),
                    " with vm.overcommit_memory=",
                    host::overcommit_memory(),
                    "; ",
                    remedy);
    }

    // Permissions, not orders: a kernel without KSM or huge pages refuses the advice, and nothing is lost by that.
    void give_advice() {
        static_cast<void>(os::advise(base_, plan_.size, plan_.merge ? MADV_MERGEABLE : MADV_UNMERGEABLE));
        if (!plan_.dump) static_cast<void>(os::advise(base_, plan_.size, MADV_DONTDUMP));
        static_cast<void>(os::advise(base_, plan_.size, MADV_HUGEPAGE));
    }

    Expected<void> advise(int advice, std::string_view option, std::string_view remedy) {
        if (const auto advised = os::advise(base_, plan_.size, advice); !advised)
            return fail("cannot set ",
                        option,
                        " for ",
                        plan_.size,
                        " of ",
                        plan_.what,
                        ": ",
                        os::text(advised.error()),
                        "; ",
                        remedy);
        return {};
    }

    MappingPlan plan_;
    std::byte* base_ = nullptr;
    Bytes guard_;
};

}  // namespace wirewrap::hostmem
