// Boards as types: RAM traits, memory map, interrupt wires, and every check of them. All constexpr, no operating system.
#pragma once

#include <wirewrap/board/board.hpp>
#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/entry.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/memory_map.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/ram_check.hpp>
#include <wirewrap/board/ram_rule.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/board/versioned.hpp>
#include <wirewrap/board/wiring.hpp>
