// The device type of a map entry, by its number.
#pragma once

#include <cstddef>
#include <type_traits>

#include <wirewrap/board/hana.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap::detail {

/// The device type of map entry `I`, `NoDevice` where there is none.
template <class B, std::size_t I>
using DeviceAt =
    typename std::remove_cvref_t<decltype(boost::hana::at_c<I>(board_map<B>.entries))>::device_type;

}  // namespace wirewrap::detail
