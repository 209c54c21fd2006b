// Which backends can be the main RAM of a board.
#pragma once

#include <wirewrap/board/board.hpp>
#include <wirewrap/hostmem/backend.hpp>

namespace wirewrap {

namespace detail {
/// What the board says against a backend whose type has a size.
template <class B, class Backend>
struct BackendObjection {
    static constexpr Text text() {
        if constexpr (Backend::size) return ram_verdict<B>(*Backend::size).reason();
        return {};
    }
    using type = Says<fixed_text<&text>()>;
};
}  // namespace detail

/// A backend whose memory can be this board's RAM: the guest can write it, and where the type says its size, the board
/// accepts that size.
template <class Backend, class B>
concept BacksRam = hostmem::Backend<Backend> && Backend::writable &&
                   Accepted<typename detail::BackendObjection<B, Backend>::type>;

}  // namespace wirewrap
