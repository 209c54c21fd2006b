// Reads properties of a finished tree with libfdt, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <libfdt.h>

struct TreeReader {
    const std::vector<std::byte>& blob;

    bool valid() const { return fdt_check_full(blob.data(), blob.size()) == 0; }
    int offset(std::string_view path) const {
        return fdt_path_offset_namelen(blob.data(), path.data(), static_cast<int>(path.size()));
    }
    bool has_node(std::string_view path) const { return offset(path) >= 0; }
    bool has(std::string_view path, const char* name) const {
        return has_node(path) && fdt_getprop(blob.data(), offset(path), name, nullptr) != nullptr;
    }
    /// The value as it is; "(none)" when it is not there.
    std::string bytes(std::string_view path, const char* name) const {
        int length = 0;
        const void* value = has_node(path) ? fdt_getprop(blob.data(), offset(path), name, &length) : nullptr;
        if (value == nullptr) return "(none)";
        return {static_cast<const char*>(value), static_cast<std::size_t>(length)};
    }
    /// Texts with a comma between them.
    std::string text(std::string_view path, const char* name) const {
        std::string value = bytes(path, name);
        if (!value.empty() && value.back() == '\0') value.pop_back();
        for (char& c : value)
            if (c == '\0') c = ',';
        return value;
    }
    std::vector<std::uint32_t> cells(std::string_view path, const char* name) const {
        const std::string value = bytes(path, name);
        std::vector<std::uint32_t> cells;
        for (std::size_t i = 0; i + 4 <= value.size(); i += 4) {
            std::uint32_t cell = 0;
            for (std::size_t k = 0; k != 4; ++k) cell = cell << 8 | static_cast<unsigned char>(value[i + k]);
            cells.push_back(cell);
        }
        return cells;
    }
    std::uint32_t cell(std::string_view path, const char* name) const {
        const auto all = cells(path, name);
        return all.size() == 1 ? all[0] : 0xdead'beef;
    }
};
