// One address space of a machine: what is at an address, answered from one list of ranges.
#pragma once

#include <wirewrap/address_space/address_space.hpp>
#include <wirewrap/address_space/flat_map.hpp>
#include <wirewrap/address_space/memory_piece.hpp>
#include <wirewrap/address_space/outcome.hpp>
#include <wirewrap/address_space/ram_ranges.hpp>
#include <wirewrap/address_space/window_states.hpp>
