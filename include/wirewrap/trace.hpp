// Traces of what harts execute and of who reads and writes what, and which code was executed.
#pragma once

#include <wirewrap/trace/bus_log.hpp>
#include <wirewrap/trace/bus_trace.hpp>
#include <wirewrap/trace/disassembler.hpp>
#include <wirewrap/trace/executed_code.hpp>
#include <wirewrap/trace/log.hpp>
#include <wirewrap/trace/qemu_log.hpp>
#include <wirewrap/trace/spike_log.hpp>
#include <wirewrap/trace/symbols.hpp>
#include <wirewrap/trace/texts.hpp>
#include <wirewrap/trace/together.hpp>
