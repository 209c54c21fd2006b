// Boards in a list: a Boost.Hana tuple of their types, for whoever does something for each of them.
//
//     inline constexpr auto some_boards = board_list<boards::riscv::Virt, Handheld>;
//     inline constexpr auto more_boards = joined_lists(some_boards, board_list<Tiny>);
//     constexpr auto descriptions = describe_boards(more_boards);      // std::array<BoardDescription, 3>
//     visit_board("handheld", some_boards, [](auto board) { … });        // false: the list has no board of that name
//     boost::hana::for_each(some_boards, [](auto board) { using B = typename decltype(board)::type; … });
#pragma once

#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include <wirewrap/board/description.hpp>
#include <wirewrap/board/hana.hpp>

namespace wirewrap {

// Not `Board... Bs`: clang takes constraints on 256 parameters at most. Describing a board asks for one.
template <class... Bs>
inline constexpr auto board_list = boost::hana::tuple_t<Bs...>;

namespace detail {

// boost::hana::flatten does the same, and every board would pay for its header.
template <class... Lists>
struct Joined;
template <class... Ts>
struct Joined<boost::hana::tuple<Ts...>> {
    using type = boost::hana::tuple<Ts...>;
};
template <class... Ts, class... Us, class... Rest>
struct Joined<boost::hana::tuple<Ts...>, boost::hana::tuple<Us...>, Rest...>
    : Joined<boost::hana::tuple<Ts..., Us...>, Rest...> {};

}  // namespace detail

/// One list of all that are in `lists`, in their order.
template <class... Lists>
constexpr auto joined_lists(const Lists&...) {
    return typename detail::Joined<boost::hana::tuple<>, Lists...>::type{};
}

/// Their descriptions, in the order of the list.
template <class List>
constexpr auto describe_boards(const List& list) {
    return boost::hana::unpack(list, []<class... Bs>(boost::hana::basic_type<Bs>...) {
        return std::array<BoardDescription, sizeof...(Bs)>{describe_board<Bs>()...};
    });
}

/// Calls `visit(board)` with the first board of the list that `choose` takes, a function of the same argument: a
/// boost::hana::type whose `type` is the board. False when it takes none.
template <class List, class Choose, class Visit>
constexpr bool visit_first_board(const List& list, Choose choose, Visit visit) {
    return boost::hana::unpack(list, [&](auto... boards) {
        const auto one = [&](auto board) {
            if (!choose(board)) return false;
            visit(board);
            return true;
        };
        // No fold: clang takes 256 operands at most.
        bool done = false;
        (void)std::initializer_list<bool>{done, (done = done || one(boards))...};
        return done;
    });
}

/// The first board of that name, or of that alias in the newest release, chosen when the program runs.
template <class List, class Visit>
constexpr bool visit_board(std::string_view name, const List& list, Visit visit) {
    return visit_first_board(
        list,
        [&](auto board) {
            using B = typename decltype(board)::type;
            return board_name<B> == name || board_alias<B>.is(name);
        },
        visit);
}

/// The first board that can have that much RAM: for families whose members are one board for each size.
template <class List, class Visit>
constexpr bool visit_board(Bytes ram_size, const List& list, Visit visit) {
    return visit_first_board(
        list, [&](auto board) { return ram_verdict<typename decltype(board)::type>(ram_size).accepted(); },
        visit);
}

}  // namespace wirewrap
