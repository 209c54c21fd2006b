// Writes a flattened device tree: nodes are scopes, properties have types. The buffer grows as needed; the first mistake
// is kept and comes out of `finish()`, so nothing has to be checked in between.
//
//     fdt::Writer tree;
//     {
//         const auto root = tree.node("");
//         tree.cells("#address-cells", {2});
//         const auto memory = tree.node(fdt::unit_name("memory", at(0x8000'0000)));     // memory@80000000
//         tree.string("device_type", "memory");
//         tree.reg({{at(0x8000'0000), 64_MiB}});
//     }
//     Expected<std::vector<std::byte>> blob = tree.finish();
//
// Source: Devicetree Specification 0.4, chapters 2 and 5; written with libfdt's sequential interface.
#pragma once

#if !__has_include(<libfdt.h>)
#error "<wirewrap/fdt/writer.hpp> needs libfdt: Debian's package is libfdt-dev."
#endif

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <libfdt.h>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap::fdt {

/// The number by which properties of one node refer to another. 0 names no node.
struct Phandle {
    std::uint32_t value = 0;

    friend bool operator==(const Phandle&, const Phandle&) = default;
};

/// "serial@10000000": a node's name with its unit address, the hex digits of where it begins.
inline std::string unit_name(std::string_view name, GuestAddress base) {
    const Text address = sentence(base);  // 0x10000000
    return sentence(name, "@", address.view().substr(2)).string();
}

class Writer {
public:
    /// An open node; the end of its scope closes it.
    class [[nodiscard]] Node {
    public:
        explicit Node(Writer& writer) : writer_(writer) {}
        Node(const Node&) = delete;
        Node& operator=(const Node&) = delete;
        ~Node() { writer_.end_node(); }

    private:
        Writer& writer_;
    };

    Writer() : blob_(initial_size) {
        put("the start",
            [](void* blob, std::size_t size) { return fdt_create(blob, static_cast<int>(size)); });
        put("the reservations", [](void* blob, std::size_t) { return fdt_finish_reservemap(blob); });
    }

    /// Opens a node inside the open one; the root has the empty name.
    Node node(std::string_view name) {
        if (!open_.empty()) open_.back().has_children = true;
        open_.push_back({std::string(name), false});
        put("a node",
            [&](void* blob, std::size_t) { return fdt_begin_node(blob, open_.back().name.c_str()); });
        return Node(*this);
    }

    /// A property without a value, whose presence says it: `ranges`, `interrupt-controller`.
    void flag(std::string_view name) { property(name, {}); }
    /// 32-bit cells.
    void cells(std::string_view name, std::span<const std::uint32_t> values) {
        std::vector<std::byte> bytes;
        for (const std::uint32_t value : values) append_cell(bytes, value);
        property(name, bytes);
    }
    void cells(std::string_view name, std::initializer_list<std::uint32_t> values) {
        cells(name, std::span(values.begin(), values.size()));
    }
    /// One number in two cells.
    void number(std::string_view name, std::uint64_t value) {
        cells(name, {static_cast<std::uint32_t>(value >> 32), static_cast<std::uint32_t>(value)});
    }
    /// Texts, each with a NUL after it; none of them may contain one.
    void strings(std::string_view name, std::span<const std::string_view> values) {
        std::vector<std::byte> bytes;
        for (const std::string_view value : values) {
            if (value.find('\0') != value.npos)
                return mistake(sentence("property ", name, " of ", path(), " contains a NUL at byte ",
                                        value.find('\0'), ", where its text would end; take it out"));
            for (const char c : value) bytes.push_back(static_cast<std::byte>(c));
            bytes.push_back(std::byte{0});
        }
        property(name, bytes);
    }
    void strings(std::string_view name, std::initializer_list<std::string_view> values) {
        strings(name, std::span(values.begin(), values.size()));
    }
    void string(std::string_view name, std::string_view value) { strings(name, {value}); }
    /// `reg` under a parent with two cells for addresses and two for sizes.
    void reg(std::initializer_list<Interval> ranges) {
        std::vector<std::byte> bytes;
        for (const Interval range : ranges)
            for (const std::uint64_t value : {range.base.value, range.size.count}) {
                append_cell(bytes, static_cast<std::uint32_t>(value >> 32));
                append_cell(bytes, static_cast<std::uint32_t>(value));
            }
        property("reg", bytes);
    }
    /// A reference to another node.
    void reference(std::string_view name, Phandle node) { cells(name, {node.value}); }
    /// The number that references to this node use.
    void phandle(Phandle own) { cells("phandle", {own.value}); }

    /// Something that the caller found wrong; like every mistake, the first one comes out of `finish()`.
    void mistake(const Text& text) {
        if (!mistake_) mistake_ = Error{text.string()};
    }

    /// The finished tree, exactly as large as it is. All nodes must be closed, and nothing can be written afterwards.
    Expected<std::vector<std::byte>> finish() {
        if (!open_.empty())
            mistake(sentence("the device tree is finished while node ", path(),
                             " is open; let its scope end first"));
        put("the end", [](void* blob, std::size_t) { return fdt_finish(blob); });
        if (mistake_) return std::unexpected(*mistake_);
        blob_.resize(fdt_totalsize(blob_.data()));
        return std::exchange(blob_, {});
    }

private:
    static constexpr std::size_t initial_size = 4096;
    static constexpr std::size_t largest_size = 1u << 30;  // libfdt counts in int

    struct OpenNode {
        std::string name;
        bool has_children;
    };

    static void append_cell(std::vector<std::byte>& bytes, std::uint32_t value) {
        for (const unsigned shift : {24u, 16u, 8u, 0u})
            bytes.push_back(static_cast<std::byte>(value >> shift));
    }

    void property(std::string_view name, std::span<const std::byte> value) {
        // The format wants the properties of a node before its children; readers do not see later ones.
        if (open_.empty() || open_.back().has_children)
            return mistake(sentence("property ", name, " of ", path(),
                                    " comes after the node's children; write it before them"));
        const std::string text(name);
        put("a property", [&](void* blob, std::size_t) {
            return fdt_property(blob, text.c_str(), value.data(), static_cast<int>(value.size()));
        });
    }
    void end_node() {
        put("the end of a node", [](void* blob, std::size_t) { return fdt_end_node(blob); });
        open_.pop_back();
    }

    std::string path() const {
        std::string text;
        for (const OpenNode& node : open_) {
            if (text != "/") text += '/';
            text += node.name;
        }
        return text.empty() ? "the tree" : text;
    }

    /// One step of libfdt, again in a larger buffer as long as it finds no space.
    template <class Step>
    void put(std::string_view what, Step step) {
        while (!mistake_) {
            const int result = step(blob_.data(), blob_.size());
            if (result >= 0) return;
            if (result != -FDT_ERR_NOSPACE || blob_.size() >= largest_size)
                return mistake(sentence("writing ", what, " of the device tree at ", path(),
                                        " fails: libfdt says ", fdt_strerror(result),
                                        "; this is a mistake in the program that writes it"));
            std::vector<std::byte> larger(2 * blob_.size());
            if (const int moved = fdt_resize(blob_.data(), larger.data(), static_cast<int>(larger.size()));
                moved < 0)
                return mistake(sentence("the device tree cannot grow to ", Bytes{larger.size()},
                                        ": libfdt says ", fdt_strerror(moved),
                                        "; this is a mistake in the program that writes it"));
            blob_ = std::move(larger);
        }
    }

    std::vector<std::byte> blob_;
    std::vector<OpenNode> open_;
    std::optional<Error> mistake_;
};

}  // namespace wirewrap::fdt
