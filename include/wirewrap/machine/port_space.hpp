// The address space of the I/O ports, on a board that has them, and nothing on others.
#pragma once

#include <type_traits>

#include <wirewrap/address_space/address_space.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap::detail {

struct NoPorts {};
template <class B>
using PortSpace = std::conditional_t<has_ports<B>, AddressSpace<B, port_space>, NoPorts>;

template <class B>
PortSpace<B> ports_over(const typename AddressSpace<B>::Blocks& blocks, const WindowStates<B>& states) {
    if constexpr (has_ports<B>)
        return {blocks, {}, states};
    else
        return {};
}

}  // namespace wirewrap::detail
