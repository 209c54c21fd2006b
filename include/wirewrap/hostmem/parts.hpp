// The parts of a host memory of any backend: what a process that shares it has to be told, one part for each descriptor.
//
//     for (const MemoryPart& part : parts_of(*machine.ram_memory()))
//         if (part.shared && part.descriptor) offer(*part.descriptor, part.descriptor_offset, part.size);
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/backend.hpp>

namespace wirewrap::hostmem {

/// A stretch of memory that is from one backend: what a process that shares it has to be told.
struct MemoryPart {
    std::string_view id{};  // of the backend; empty where all of the memory is from one
    Bytes offset{};         // where it begins in the memory
    Bytes size{};
    Bytes page_size{};
    bool shared = false;              // stores are seen by whoever maps the descriptor
    std::optional<int> descriptor{};  // stays open as long as the memory
    Bytes descriptor_offset{};        // where it begins in what the descriptor names
};

/// In the order of their offsets; they cover the memory. The ids live as long as the memory.
template <class B>
std::vector<MemoryPart> parts_of(const HostMemory<B>& memory) {
    if constexpr (requires { memory.backing().parts(); }) {
        return memory.backing().parts();
    } else {
        MemoryPart whole{.size = memory.size(), .page_size = memory.page_size(), .shared = B::shared};
        if constexpr (B::has_descriptor) whole.descriptor = memory.descriptor();
        if constexpr (requires { memory.backing().plan().offset; })
            whole.descriptor_offset = memory.backing().plan().offset;
        return {whole};
    }
}

}  // namespace wirewrap::hostmem
