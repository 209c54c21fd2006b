// The concept `Board`: a type that declares a name and main RAM, and whose wiring has no mistake. When it has some, the
// compiler prints every one as a sentence.
//
//     struct Handheld {
//         static constexpr auto name = "handheld";
//         static constexpr auto ram = main_ram("handheld.ram", 64_MiB).placed(at(0x8000'0000));
//         static constexpr auto map = memory_map(device<"uart0", Ns16550a>(at(0x1000'0000), 256_B));
//     };
//     static_assert(Board<Handheld>);
#pragma once

#include <cstddef>

#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/check.hpp>
#include <wirewrap/board/member_check.hpp>
#include <wirewrap/board/ram_check.hpp>
#include <wirewrap/board/rule_check.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

/// Every mistake of a board, those of its default RAM size included.
template <DeclaresBoard B>
constexpr check::Mistakes board_mistakes() {
    check::Mistakes mistakes;
    constexpr auto& subject = check::subject<B>;
    check::board(mistakes, subject);
    const Verdict rule = B::ram.verdict(board_name<B>, B::ram.default_size);
    if (rule.accepted()) {
        const std::size_t before = mistakes.size();
        check::placed_ram(mistakes, subject, B::ram.default_size, B::ram.placement);
        if (mistakes.size() == before)
            check::hidden_ram(mistakes, subject, B::ram.placement.windows(B::ram.default_size));
        if (mistakes.empty())
            check::rule_sizes(mistakes, subject, B::ram.rule, B::ram.default_size, B::ram.placement);
    } else
        check::tell(mistakes, subject, "the default RAM size is refused by its own rule: ", rule.reason());
    return mistakes;
}

namespace detail {

template <class B>
struct BoardCheck {
    static constexpr check::Mistakes mistakes() { return board_mistakes<B>(); }
};

template <class B, Bytes Size>
constexpr Text ram_objection() {
    return ram_verdict<B>(Size).reason();
}
template <class B, Bytes Size>
inline constexpr auto ram_objection_text = fixed_text<ram_objection<B, Size>>();

}  // namespace detail

/// Has the members of a board, none misspelt and each what it should be.
template <class B>
concept DeclaredWell = Accepted<typename SaidBy<check::MemberCheck<B>>::type>;

/// A board without mistakes. `Machine` takes nothing else.
template <class B>
concept Board = DeclaredWell<B> && DeclaresBoard<B> && Accepted<typename SaidBy<detail::BoardCheck<B>>::type>;

/// A board that accepts this RAM size: what `Machine` asks of a backend whose size is part of its type.
template <class B, Bytes Size>
concept AcceptsRam = Accepted<Says<detail::ram_objection_text<B, Size>>>;

}  // namespace wirewrap
