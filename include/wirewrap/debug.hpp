// Debuggers: what they need of a hart and of a machine, and GDB's remote protocol.
#pragma once

#include <wirewrap/debug/backwards.hpp>
#include <wirewrap/debug/hart_check.hpp>
#include <wirewrap/debug/history.hpp>
#include <wirewrap/debug/reverse.hpp>
#include <wirewrap/debug/riscv_registers.hpp>
#include <wirewrap/debug/run.hpp>
#include <wirewrap/debug/server.hpp>
#include <wirewrap/debug/session.hpp>
#include <wirewrap/debug/stepped.hpp>
#include <wirewrap/debug/target.hpp>
