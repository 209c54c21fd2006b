// `-smp [cpus=]N[,drawers=…,books=…,sockets=…,dies=…,clusters=…,modules=…,cores=…,threads=…,maxcpus=M]`, which
// `-machine smp.cpus=…` says as well: how many CPUs, and which is where.
//
//     const auto cpus = parse_smp("2,sockets=2", false);
//     cpu_place(*cpus, 1);                                   // {.socket = 1, .core = 0, …}
//
// The last word on each key counts, whichever of the two options said it.
//
// What is left out, or 0, is worked out from the rest, as QEMU does it: hw/core/machine-smp.c.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/assignments.hpp>
#include <wirewrap/config/cpu_limits.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/setting.hpp>

namespace wirewrap::config {

struct CpuTopology {
    std::uint64_t cpus = 1;
    std::uint64_t drawers = 1, books = 1, sockets = 1, dies = 1, clusters = 1, modules = 1, cores = 1,
                  threads = 1;
    std::uint64_t maximum = 1;

    friend bool operator==(const CpuTopology&, const CpuTopology&) = default;
};

/// Where a CPU sits, counted within the level above.
struct CpuPlace {
    std::uint64_t drawer = 0, book = 0, socket = 0, die = 0, cluster = 0, module = 0, core = 0, thread = 0;

    friend constexpr bool operator==(const CpuPlace&, const CpuPlace&) = default;
};

constexpr CpuPlace cpu_place(const CpuTopology& t, std::uint64_t index) {
    CpuPlace place;
    const auto take = [&index](std::uint64_t count) {
        const std::uint64_t number = index % count;
        index /= count;
        return number;
    };
    place.thread = take(t.threads);
    place.core = take(t.cores);
    place.module = take(t.modules);
    place.cluster = take(t.clusters);
    place.die = take(t.dies);
    place.socket = t.drawers * t.books == 1 ? index : take(t.sockets);
    place.book = t.drawers * t.books == 1 ? 0 : take(t.books);
    place.drawer = t.drawers * t.books == 1 ? 0 : index;
    return place;
}

namespace detail {

inline constexpr std::uint64_t most_cpus = 4096;  // of any machine

inline constexpr auto read_smp_number = read_up_to<most_cpus, std::uint64_t, true>;

/// An APIC id has a field of whole bits for each level.
constexpr std::uint64_t last_apic_id(const CpuTopology& t) {
    const auto bits = [](std::uint64_t count) { return count <= 1 ? 0 : std::bit_width(count - 1); };
    const CpuPlace last = cpu_place(t, t.maximum - 1);
    std::uint64_t id = last.socket;
    id = id << bits(t.dies) | last.die;
    id = id << bits(t.modules) | last.module;
    id = id << bits(t.cores) | last.core;
    return id << bits(t.threads) | last.thread;
}

}  // namespace detail

inline constexpr std::array smp_settings{
    setting<&CpuTopology::cpus, detail::read_smp_number>("cpus", "NUMBER", "CPUs at the start"),
    setting<&CpuTopology::maximum, detail::read_smp_number>("maxcpus", "NUMBER", "CPUs at most"),
    setting<&CpuTopology::drawers, detail::read_smp_number>("drawers", "NUMBER", "drawers of the machine"),
    setting<&CpuTopology::books, detail::read_smp_number>("books", "NUMBER", "books of a drawer"),
    setting<&CpuTopology::sockets, detail::read_smp_number>("sockets", "NUMBER",
                                                            "sockets of the machine, or of a book"),
    setting<&CpuTopology::dies, detail::read_smp_number>("dies", "NUMBER", "dies of a socket"),
    setting<&CpuTopology::clusters, detail::read_smp_number>("clusters", "NUMBER", "clusters of a die"),
    setting<&CpuTopology::modules, detail::read_smp_number>("modules", "NUMBER", "modules of a cluster"),
    setting<&CpuTopology::cores, detail::read_smp_number>("cores", "NUMBER", "cores of a module"),
    setting<&CpuTopology::threads, detail::read_smp_number>("threads", "NUMBER", "threads of a core")};

/// `prefers_sockets`: CPUs that are not placed are sockets; otherwise cores.
inline Expected<CpuTopology> read_smp(const Properties& properties, bool prefers_sockets,
                                      const CpuLimits& limits) {
    if (properties.empty()) return CpuTopology{.cpus = limits.standard, .maximum = limits.standard};
    CpuTopology topology{0, 0, 0, 0, 0, 0, 0, 0, 0, 0};  // what is left out or 0 is worked out
    if (const auto read = apply(settings(smp_settings), properties, topology, "-smp"); !read)
        return std::unexpected(read.error());
    auto& [cpus, drawers, books, sockets, dies, clusters, modules, cores, threads, maximum] = topology;
    struct Level {
        std::string_view name;
        std::uint64_t& count;
        bool known;
    };
    // Those that are 1 where nothing is said.
    std::uint64_t fixed = 1;
    for (const Level& level :
         {Level{"drawers", drawers, limits.drawers}, Level{"books", books, limits.drawers},
          Level{"dies", dies, limits.dies}, Level{"clusters", clusters, limits.clusters},
          Level{"modules", modules, limits.modules}}) {
        if (level.count > 1 && !level.known)
            return fail(level.name, "=", level.count, ": this machine's CPUs have none: leave it out");
        level.count = std::max<std::uint64_t>(level.count, 1);
        fixed *= level.count;
        if (fixed > detail::most_cpus)
            return fail(level.name, "=", level.count, ": with the levels above that makes ", fixed,
                        " CPUs at least, and no machine has more than ", detail::most_cpus);
    }
    const auto one_of = [](std::uint64_t& level) { level = level == 0 ? 1 : level; };
    if (cpus == 0 && maximum == 0) {
        one_of(sockets);
        one_of(cores);
        one_of(threads);
    } else {
        if (maximum == 0) maximum = cpus;
        std::uint64_t& first = prefers_sockets ? sockets : cores;
        std::uint64_t& second = prefers_sockets ? cores : sockets;
        if (first == 0) {
            one_of(second);
            one_of(threads);
            first = maximum / (fixed * second * threads);
        } else if (second == 0) {
            one_of(threads);
            second = maximum / (fixed * first * threads);
        } else if (threads == 0) {
            threads = maximum / (fixed * first * second);
        }
    }
    const std::uint64_t product = fixed * sockets * cores * threads;
    if (maximum == 0) maximum = product;
    if (cpus == 0) cpus = maximum;
    if (product != maximum)
        return fail("sockets ", sockets, " x cores ", cores, " x threads ", threads,
                    fixed == 1 ? Text() : sentence(" x the other levels' ", fixed), " are ", product,
                    " CPUs, but there are ", maximum, " at most: make the two equal, or leave one level out");
    if (threads > 1 && !limits.threads)
        return fail("threads=", threads, ": this machine's cores have one: leave it out");
    if (cpus > maximum)
        return fail("cpus=", cpus, " is more than maxcpus=", maximum, ": use at least maxcpus=", cpus);
    if (cpus < limits.least)
        return fail("cpus=", cpus, " is less than this machine has: use at least ", limits.least);
    if (maximum > limits.most)
        return fail("maxcpus=", maximum, " is more than this machine has: use at most ", limits.most);
    if (limits.apic && detail::last_apic_id(topology) > 254)
        return fail("CPU ", maximum - 1, " of ", maximum, " has APIC id ", detail::last_apic_id(topology),
                    ", and ids have 8 bits: use at most 255 CPUs, and powers of two below the sockets");
    return topology;
}

/// The same of the text after -smp, of a machine that sets no limits.
inline Expected<CpuTopology> parse_smp(std::string_view text, bool prefers_sockets) {
    const auto properties = parse_assignments(text, "cpus");
    if (!properties) return std::unexpected(properties.error());
    return read_smp(
        *properties, prefers_sockets,
        {.most = detail::most_cpus, .drawers = true, .dies = true, .clusters = true, .modules = true});
}

}  // namespace wirewrap::config
