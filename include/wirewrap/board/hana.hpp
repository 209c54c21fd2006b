// Boost.Hana, as far as wirewrap uses it.
#pragma once

#include <wirewrap/base/language.hpp>

#if !__has_include(<boost/hana/tuple.hpp>)
#error                                                                                                       \
    "wirewrap needs Boost.Hana 1.81 or newer: Debian's package is libboost-dev (Debian 12: libboost1.81-dev)."
#endif

#include <boost/hana/at.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>
