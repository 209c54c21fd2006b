// jit/: guest code translated into x86-64 code at run time. Not part of <wirewrap/wirewrap.hpp>: it needs Xbyak.
#pragma once

#include <wirewrap/jit/code_memory.hpp>
#include <wirewrap/jit/emitter.hpp>
#include <wirewrap/jit/interpret.hpp>
#include <wirewrap/jit/page_regions.hpp>
#include <wirewrap/jit/region.hpp>
#include <wirewrap/jit/registers.hpp>
#include <wirewrap/jit/target_table.hpp>
#include <wirewrap/jit/translated.hpp>
