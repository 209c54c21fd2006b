// All of wirewrap that needs nothing but headers: boards, host memory, machines, devices, harts, loaders, the run-time
// loop. A program that uses one part includes that part's header, `<wirewrap/board.hpp>` for example, and compiles faster.
#pragma once

#include <wirewrap/backend.hpp>
#include <wirewrap/base.hpp>
#include <wirewrap/board.hpp>
#include <wirewrap/config.hpp>
#include <wirewrap/console.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/debug.hpp>
#include <wirewrap/device.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/files.hpp>
#include <wirewrap/fuzz.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu.hpp>
#include <wirewrap/state.hpp>
#include <wirewrap/trace.hpp>
#include <wirewrap/vhost.hpp>
#include <wirewrap/virtio.hpp>
