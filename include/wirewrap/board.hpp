// Boards as types: RAM traits, memory map, interrupt wires, and every check of them; lists of boards, and what tools ask of
// them. All constexpr, no operating system. Only questions with range-v3 have a header of their own, board/query.hpp.
#pragma once

#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/board.hpp>
#include <wirewrap/board/board_list.hpp>
#include <wirewrap/board/check.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/board/entry.hpp>
#include <wirewrap/board/hana.hpp>
#include <wirewrap/board/hidden_check.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/member_check.hpp>
#include <wirewrap/board/memory_map.hpp>
#include <wirewrap/board/mistakes.hpp>
#include <wirewrap/board/name_index.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/ram.hpp>
#include <wirewrap/board/ram_check.hpp>
#include <wirewrap/board/ram_rule.hpp>
#include <wirewrap/board/region.hpp>
#include <wirewrap/board/releases.hpp>
#include <wirewrap/board/rule_check.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/board/unmapped.hpp>
#include <wirewrap/board/versioned.hpp>
#include <wirewrap/board/window_check.hpp>
#include <wirewrap/board/wire_check.hpp>
#include <wirewrap/board/wiring.hpp>
