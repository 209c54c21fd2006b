// The only process of a machine with two NUMA nodes: takes memory through hostmem in every way that has to do with nodes,
// asks the kernel where the pages are, and prints `ok NAME` or `not ok NAME: why` for each, then `end`.
//
// Small pages first (transparent huge pages are switched off for the process), then with transparent huge pages, and pages
// of the pool where the backend asks for them.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wirewrap/hostmem.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

namespace {

constexpr Bytes small_page = 4_KiB;
constexpr Bytes usual = 8_MiB;

void report(const std::string& name, const std::string& objection) {
    if (objection.empty())
        std::printf("ok %s\n", name.c_str());
    else
        std::printf("not ok %s: %s\n", name.c_str(), objection.c_str());
}

std::string message(const auto& expected) {
    if (expected) return "no error";
    return expected.error().message;
}

/// The node of each page (move_pages(2)); negative: the kernel's reason, -ENOENT for a page that is not there.
std::vector<int> nodes_of(std::byte* data, Bytes size, Bytes page) {
    std::vector<void*> addresses;
    for (Bytes at{}; at < size; at += page) addresses.push_back(data + at.count);
    std::vector<int> nodes(addresses.size(), -1);
    if (::syscall(SYS_move_pages, 0, addresses.size(), addresses.data(), nullptr, nodes.data(), 0) != 0)
        std::ranges::fill(nodes, -1000);
    return nodes;
}

/// What get_mempolicy(2) says of the address: the mode, and nodes 0 to 63 as bits.
std::pair<int, std::uint64_t> policy_at(std::byte* data) {
    int mode = -1;
    std::uint64_t nodes[2]{};
    ::syscall(SYS_get_mempolicy, &mode, nodes, 128, data, MPOL_F_ADDR);
    return {mode, nodes[0]};
}

std::string counted(const std::vector<int>& nodes) {
    std::map<int, int> counts;
    for (const int node : nodes) ++counts[node];
    std::string text;
    for (const auto& [node, count] : counts)
        text += " " + std::to_string(count) + " pages on " + std::to_string(node);
    return text;
}

/// What is wrong with the places of the pages under `policy`. `exact`: pages of an interleaved range alternate one by one;
/// otherwise in runs, as workers or huge pages take them, and both nodes have their share.
std::string objection(const std::vector<int>& nodes, const NumaPolicy& policy, bool exact) {
    for (const int node : nodes)
        if (node < 0 || node > 1) return "a page is not there:" + counted(nodes);
    if (policy.mode == NumaMode::none) return {};
    for (const int node : nodes)
        if (!policy.nodes.contains(static_cast<unsigned>(node)))
            return "a page is elsewhere:" + counted(nodes);
    if (policy.mode != NumaMode::interleave || policy.nodes.size() < 2) return {};
    if (exact) {
        for (std::size_t i = 1; i < nodes.size(); ++i)
            if (nodes[i] == nodes[i - 1])
                return "pages " + std::to_string(i - 1) + " and " + std::to_string(i) +
                       " are on one node:" + counted(nodes);
        return {};
    }
    const auto first = std::ranges::count(nodes, 0);
    const auto share = static_cast<std::ptrdiff_t>(nodes.size() / 4);
    if (first < share || first > 3 * share) return "the nodes have no equal share:" + counted(nodes);
    return {};
}

std::string name_of(const NumaPolicy& policy) {
    std::string text(name(policy.mode));
    for (unsigned node = 0; node != 2; ++node)
        if (policy.nodes.contains(node)) text += " " + std::to_string(node);
    return text;
}

const std::vector<NumaPolicy> policies{
    {},        bind_to(0), bind_to(1),   bind_to(0, 1),      interleave_over(0, 1),
    prefer(0), prefer(1),  prefer(0, 1), interleave_over(1), interleave_by_weight(0, 1)};

enum class Holds {
    by_mapping,
    by_workers
};  // of a shared file outside of tmpfs, only the workers' pages follow

template <class B>
void every_policy(const std::string& what, Bytes size, typename B::Options options, Bytes page, bool exact,
                  Holds holds = Holds::by_mapping) {
    for (const NumaPolicy& policy : policies)
        for (const unsigned threads : {1u, 2u}) {
            change_common(options, [&](CommonProperties& common) {
                common.policy = policy;
                common.prealloc = true;
                common.prealloc_threads = threads;
            });
            const std::string test = what + ", " + name_of(policy) + ", " + std::to_string(threads) +
                                     " threads";
            auto memory = allocate<B>(size, options);
            if (!memory) {
                const std::string& why = memory.error().message;
                // A kernel before 6.9 has no such policy, and says so.
                const bool old = policy.mode == NumaMode::weighted_interleave &&
                                 why.find("must be Linux 6.9 or later") != std::string::npos;
                report(test, old ? "" : why);
                continue;
            }
            std::string wrong = objection(nodes_of(memory->data(), size, page), policy, exact);
            // PREFERRED_MANY (5, linux/mempolicy.h) is what several preferred nodes need.
            const auto [mode, nodes] = policy_at(memory->data());
            if (wrong.empty() && holds == Holds::by_mapping &&
                (mode != os::kernel_mode(policy) || nodes != policy.nodes.words()[0]))
                wrong = "get_mempolicy says mode " + std::to_string(mode) + ", nodes " +
                        std::to_string(nodes);
            report(test, wrong);
        }
}

/// Pages that are taken one by one later go where the policy says too.
template <class B>
void on_demand(const std::string& what, typename B::Options options) {
    for (const NumaPolicy& policy : {bind_to(0), bind_to(1), interleave_over(0, 1)}) {
        change_common(options, [&](CommonProperties& common) { common.policy = policy; });
        auto memory = allocate<B>(usual, options);
        if (!memory) {
            report(what, memory.error().message);
            continue;
        }
        for (Bytes at{}; at < usual; at += small_page) memory->data()[at.count] = std::byte{1};
        report(what + ", on demand, " + name_of(policy),
               objection(nodes_of(memory->data(), usual, small_page), policy, true));
    }
}

std::uint64_t free_huge_pages() { return host::huge_pages(2_MiB).value_or(host::HugePages{}).free; }

void small_pages() {
    every_policy<Anonymous>("anonymous", usual, {}, small_page, true);
    every_policy<SharedAnonymous>("shared anonymous", usual, {}, small_page, true);
    every_policy<Memfd>("memfd", usual, {}, small_page, true);
    every_policy<PrivateMemfd>("private memfd", usual, {}, small_page, false);
    every_policy<Shm>("shm", usual, {}, small_page, true);
    every_policy<SharedFile>("tmpfs file", usual, {.path = "/dev/shm"}, small_page, true);
    every_policy<SharedFile>("page cache", usual, {.path = "/ram"}, small_page, false, Holds::by_workers);
    on_demand<Anonymous>("anonymous", {});
    on_demand<Memfd>("memfd", {});
}

void huge_pages() {
    every_policy<Anonymous>("transparent huge pages", 16_MiB, {}, small_page, false);
    every_policy<Memfd>("hugetlb memfd", usual, {.hugetlb = true, .hugetlbsize = 2_MiB}, 2_MiB, true);
    every_policy<SharedFile>("hugetlbfs", usual, {.path = "/huge"}, 2_MiB, true);
    every_policy<HugeMemfd<2_MiB>>("hugetlb in the type", usual, {}, 2_MiB, true);
}

/// RAM of two nodes in one piece, each node of several kinds.
void several() {
    const auto check = [](const std::string& what, Part zero, Part one, Bytes page) {
        const Bytes first = zero.size, second = one.size;
        Selected::Options options{{std::move(zero), std::move(one)}};
        int node = 0;
        change_common(options, [&](CommonProperties& common) {
            common.policy = bind_to(node++), common.prealloc = true;
        });
        auto memory = allocate<Selected>(first + second, options);
        if (!memory) return report("several: " + what, memory.error().message);
        std::byte* const border = memory->data() + first.count;
        std::string wrong = objection(nodes_of(memory->data(), first, page), bind_to(0), false);
        if (wrong.empty()) wrong = objection(nodes_of(border, second, page), bind_to(1), false);
        if (wrong.empty() && (policy_at(memory->data()) != std::pair<int, std::uint64_t>{MPOL_BIND, 1} ||
                              policy_at(border) != std::pair<int, std::uint64_t>{MPOL_BIND, 2}))
            wrong = "get_mempolicy says otherwise";
        // One piece: a value across the border.
        const std::uint64_t value = 0x0123'4567'89ab'cdef;
        std::uint64_t read = 0;
        std::memcpy(border - 3, &value, sizeof value);
        std::memcpy(&read, border - 3, sizeof read);
        if (wrong.empty() && read != value) wrong = "the border reads differently";
        report("several: " + what, wrong);
    };
    check("anonymous, anonymous", {"m0", usual, Selection<Anonymous>{}},
          {"m1", usual, Selection<Anonymous>{}}, small_page);
    check("anonymous, memfd", {"m0", usual, Selection<Anonymous>{}}, {"m1", usual, Selection<Memfd>{}},
          small_page);
    const MemfdOptions huge{.hugetlb = true, .hugetlbsize = 2_MiB};
    check("memfd, hugetlb memfd", {"m0", usual, Selection<Memfd>{}}, {"m1", usual, Selection<Memfd>{huge}},
          2_MiB);
    check("hugetlb memfd, hugetlbfs", {"m0", usual, Selection<Memfd>{huge}},
          {"m1", usual, Selection<SharedFile>{{.path = "/huge"}}}, 2_MiB);
}

void faults() {
    const auto says = [](const std::string& test, const std::string& got, std::string_view wanted) {
        report(test, got.find(wanted) != got.npos ? "" : "says \"" + got + "\"");
    };
    says("a node that does not exist", message(allocate<Anonymous>(usual, {.policy = bind_to(2)})),
         "host-nodes names node 2, but this host has memory on node 0 and 1 only");
    says("a node that does not exist, beside one that does",
         message(allocate<Memfd>(usual, {.common = {.policy = interleave_over(0, 2)}})),
         "host-nodes names node 2");

    // A pool that is large enough, but not on this node: a store would raise SIGBUS. It is refused before a page is taken,
    // whether it is to be populated or not.
    const std::uint64_t before = free_huge_pages();
    const Bytes most_of_the_pool = before * 2_MiB - 4_MiB;
    const std::uint64_t on_node = host::free_huge_pages(0, 2_MiB).value_or(0);
    const std::string wanted = "it takes " + std::to_string(before - 2) +
                               " huge pages of 2 MiB, and node 0 has " + std::to_string(on_node) + " free";
    for (const bool prealloc : {false, true})
        says(std::string("huge pages that another node has") + (prealloc ? ", populated" : ""),
             message(reserve_and_bind<HugeMemfd<2_MiB>>(
                 most_of_the_pool, {.common = {.prealloc = prealloc, .policy = bind_to(0)}})),
             wanted);
    says("huge pages that another node has, of a file on hugetlbfs",
         message(reserve_and_bind<SharedFile>(most_of_the_pool,
                                              {.path = "/huge", .common = {.policy = bind_to(0)}})),
         wanted);
    // Two that fit one by one: the pool does not say what is promised to whom, so the second fails when it takes its pages.
    {
        const Bytes more_than_half = (on_node / 2 + 1) * 2_MiB;
        const HugeMemfd<2_MiB>::Options there{.common = {.prealloc = true, .policy = bind_to(0)}};
        auto one = reserve_and_bind<HugeMemfd<2_MiB>>(more_than_half, there),
             two = reserve_and_bind<HugeMemfd<2_MiB>>(more_than_half, there);
        if (one && two) {
            const auto first = std::move(*one).finish();
            const std::string second = message(std::move(*two).finish());
            says("the first of two that do not fit together", message(first), "no error");
            says("the second of two that do not fit together", second, "no huge page of 2 MiB is left");
            says("… and which node has how many", second, "node 0 has 0 free");
        } else {
            report("two that do not fit together", message(one) + ", " + message(two));
        }
    }
    says("more huge pages than there are", message(allocate<Memfd>(1_GiB, {.hugetlb = true})),
         "it takes 512 huge pages of 2 MiB");
    says("the pool on any node is enough",
         message(allocate<HugeMemfd<2_MiB>>(most_of_the_pool,
                                            {.common = {.prealloc = true, .policy = bind_to(0, 1)}})),
         "no error");
    report("all huge pages are back", free_huge_pages() == before ? "" : "not all are free");
    report("preferred goes on where there are more", [&] {
        auto memory = allocate<HugeMemfd<2_MiB>>(most_of_the_pool,
                                                 {.common = {.prealloc = true, .policy = prefer(0)}});
        if (!memory) return memory.error().message;
        const auto nodes = nodes_of(memory->data(), most_of_the_pool, 2_MiB);
        const auto first = std::ranges::count(nodes, 0), second = std::ranges::count(nodes, 1);
        if (first >= 8 && second > 0 && first + second == static_cast<std::ptrdiff_t>(nodes.size()))
            return std::string();
        return counted(nodes);
    }());
}

/// A cgroup (v2) that allows less than is asked for. `body` runs in it and gives its exit status.
template <class Body>
int in_cgroup(const char* limit, Body body) {
    ::mkdir("/sys/fs/cgroup/little", 0755);
    std::ofstream("/sys/fs/cgroup/cgroup.subtree_control") << "+memory";
    std::ofstream("/sys/fs/cgroup/little/memory.max") << limit;
    std::fflush(stdout);
    const pid_t child = ::fork();
    if (child == 0) {
        std::ofstream("/sys/fs/cgroup/little/cgroup.procs") << ::getpid() << std::flush;
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

void cgroup() {
    const int result = in_cgroup("32M", [] {
        for (const std::string& said : {message(allocate<Anonymous>(64_MiB, {.prealloc = true})),
                                        message(allocate<Memfd>(64_MiB, {.common = {.prealloc = true}}))}) {
            if (said.find("memory.max") == said.npos || said.find("32 MiB") == said.npos) {
                std::printf("# in the cgroup: %s\n", said.c_str());
                std::fflush(stdout);
                return 1;
            }
        }
        // What fits goes through, and what is not populated is not counted.
        return allocate<Anonymous>(16_MiB, {.prealloc = true}) && allocate<Anonymous>(64_MiB) ? 0 : 2;
    });
    report("a cgroup that allows less is an error, not the end of the process",
           result == 0 ? "" : "exit " + std::to_string(result));
}

}  // namespace

int main() {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    for (const char* folder : {"/proc", "/sys", "/dev", "/dev/shm", "/huge", "/ram"}) ::mkdir(folder, 0755);
    ::mount("proc", "/proc", "proc", 0, nullptr);
    ::mount("sysfs", "/sys", "sysfs", 0, nullptr);
    ::mount("tmpfs", "/dev/shm", "tmpfs", 0, nullptr);
    ::mount("hugetlbfs", "/huge", "hugetlbfs", 0, "pagesize=2M");
    ::mount("ramfs", "/ram", "ramfs", 0, nullptr);
    ::mount("cgroup2", "/sys/fs/cgroup", "cgroup2", 0, nullptr);
    std::printf("nodes %s, huge pages %llu\n",
                host::nodes_with_memory().value_or(NodeSet{}).text().string().c_str(),
                static_cast<unsigned long long>(free_huge_pages()));

    ::prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    small_pages();
    ::prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
    huge_pages();
    several();
    faults();
    cgroup();
    std::printf("end\n");
    ::sync();
    ::reboot(RB_AUTOBOOT);  // QEMU ends, because of -no-reboot
}
