// Files about a board, for other tools: linker script, C header, CMSIS-SVD, GDB's memory map, QEMU's command line.
#pragma once

#include <wirewrap/files/c_header.hpp>
#include <wirewrap/files/gdb_memory_map.hpp>
#include <wirewrap/files/linker_script.hpp>
#include <wirewrap/files/places.hpp>
#include <wirewrap/files/qemu_command.hpp>
#include <wirewrap/files/svd.hpp>
#include <wirewrap/files/xml.hpp>
