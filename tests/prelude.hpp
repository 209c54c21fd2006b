// What most tests include of other projects, parsed once (tools/precompiled.bzl).
#ifndef WIREWRAP_TESTS_PRELUDE_HPP  // a file that is compiled by itself cannot say `#pragma once`
#define WIREWRAP_TESTS_PRELUDE_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <boost/hana/at.hpp>
#include <boost/hana/length.hpp>
#include <boost/hana/tuple.hpp>
#include <boost/hana/unpack.hpp>

#include <catch2/catch.hpp>

#endif
