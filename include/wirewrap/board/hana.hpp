// Boost.Hana, as far as wirewrap uses it.
#pragma once

#if !__has_include(<boost/hana/tuple.hpp>)
#error "wirewrap needs the headers of Boost.Hana 1.81 or newer: Debian's package is libboost-dev."
#endif

#include <boost/hana/at.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/type.hpp>
#include <boost/hana/unpack.hpp>
