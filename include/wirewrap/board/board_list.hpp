// Boards in a list: a Boost.Hana tuple of their types, for whoever does something for each of them.
//
//     inline constexpr auto some_boards = board_list<boards::riscv::Virt, Handheld>;
//     inline constexpr auto more_boards = joined_lists(some_boards, board_list<Tiny>);
//     constexpr auto descriptions = describe_boards(more_boards);      // std::array<BoardDescription, 3>
//     boost::hana::for_each(some_boards, [](auto board) { using B = typename decltype(board)::type; … });
#pragma once

#include <array>
#include <cstddef>

#include <boost/hana/flatten.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>

#include <wirewrap/board/description.hpp>

namespace wirewrap {

// Not `Board... Bs`: clang takes constraints on 256 parameters at most. Describing a board asks for one.
template <class... Bs>
inline constexpr auto board_list = boost::hana::tuple_t<Bs...>;

/// One list of all that are in `lists`, in their order.
template <class... Lists>
constexpr auto joined_lists(const Lists&... lists) {
    return boost::hana::flatten(boost::hana::make_tuple(lists...));
}

/// Their descriptions, in the order of the list.
template <class List>
constexpr auto describe_boards(const List& list) {
    return boost::hana::unpack(list, []<class... Bs>(boost::hana::basic_type<Bs>...) {
        return std::array<BoardDescription, sizeof...(Bs)>{describe_board<Bs>()...};
    });
}

}  // namespace wirewrap
