// The parts of a host memory of any backend: what a process that shares it has to be told, one part for each descriptor.
//
//     for (const MemoryPart& part : parts_of(*machine.ram_memory()))
//         if (part.shared && part.descriptor) offer(*part.descriptor, part.descriptor_offset, part.size);
#pragma once

#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/any_memory.hpp>
#include <wirewrap/hostmem/backend.hpp>

namespace wirewrap::hostmem {

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
