// Windows that follow devices: banks that a register selects, windows that one opens and moves, devices that are memory part
// of the time. Like an interrupt wire, each is a constant of the board, asked after every access to its device.
//
//     bank<"romx">("cart", at(0x4000), 16_KiB).selected_by("mapper.page")
//
//     store to mapper ──> control("page") ──> other than before? ──> the bank shows that page, the map has a new version
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include <wirewrap/address_space/window_states.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

namespace detail {

/// The number of a control of map entry `device`; there is one of that name, or the board does not compile.
template <class B>
constexpr std::size_t control_number(std::size_t device, std::string_view name) {
    std::size_t number = 0;
    while (board_regions<B>[device].controls[number] != name) ++number;
    return number;
}

/// Some window follows a control of map entry `device`.
template <class B>
constexpr bool drives_windows(std::size_t device) {
    if (board_regions<B>[device].controls.empty()) return false;
    const std::string_view name = board_regions<B>[device].name;
    for (const Region& region : board_regions<B>)
        if (region.selected_by.device == name || region.opened_by.device == name ||
            region.moved_by.device == name)
            return true;
    return false;
}

/// Entry `E` as the controls of `device`, map entry `I`, have it now.
template <class B, std::size_t I, std::size_t E, class D>
void follow_controls(const D& device, WindowStates<B>& states) {
    constexpr const Region& entry = board_regions<B>[E];
    constexpr std::string_view name = board_regions<B>[I].name;
    const auto value = [&]<std::size_t N>() { return device.control(N); };
    if constexpr (entry.selected_by.used() && entry.selected_by.device == name)
        // Address lines that the block does not have are not decoded.
        states.set_page(E, value.template operator()<control_number<B>(I, entry.selected_by.name)>() %
                               bank_page_count<B>(E));
    if constexpr (entry.opened_by.used() && entry.opened_by.device == name)
        states.open(E, value.template operator()<control_number<B>(I, entry.opened_by.name)>() != 0);
    if constexpr (entry.moved_by.used() && entry.moved_by.device == name)
        states.move(E, value.template operator()<control_number<B>(I, entry.moved_by.name)>());
}

}  // namespace detail

/// Lets the windows follow the controls of map entry `I`. True when one of them is another than before.
template <class B, std::size_t I, class D>
bool follow_controls(const D& device, WindowStates<B>& states) {
    if constexpr (detail::drives_windows<B>(I)) {
        const WindowStates<B> before = states;
        [&]<std::size_t... E>(std::index_sequence<E...>) {
            (void)std::initializer_list<int>{(detail::follow_controls<B, I, E>(device, states), 0)...};
        }(std::make_index_sequence<board_regions<B>.size()>{});
        return !(before == states);
    }
    return false;
}

}  // namespace wirewrap
