// Catch2's main, compiled once: it costs more than most tests.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
