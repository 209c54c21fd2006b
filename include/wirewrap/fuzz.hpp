// Guests under the fuzzing engines that there are: libFuzzer, AFL++.
#pragma once

#include <wirewrap/fuzz/afl.hpp>
#include <wirewrap/fuzz/outcome.hpp>
#include <wirewrap/fuzz/target.hpp>
