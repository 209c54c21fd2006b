// RAM out of QEMU's migration streams.
#pragma once

#include <wirewrap/qemu/block_match.hpp>
#include <wirewrap/qemu/board_memory.hpp>
#include <wirewrap/qemu/byte_source.hpp>
#include <wirewrap/qemu/device_memory.hpp>
#include <wirewrap/qemu/live_section.hpp>
#include <wirewrap/qemu/load_ram.hpp>
#include <wirewrap/qemu/mapped_ram.hpp>
#include <wirewrap/qemu/missing_pages.hpp>
#include <wirewrap/qemu/page_loader.hpp>
#include <wirewrap/qemu/ram_in_place.hpp>
#include <wirewrap/qemu/ram_section.hpp>
#include <wirewrap/qemu/seen_pages.hpp>
#include <wirewrap/qemu/stream_command.hpp>
#include <wirewrap/qemu/stream_format.hpp>
#include <wirewrap/qemu/stream_head.hpp>
#include <wirewrap/qemu/stream_input.hpp>
#include <wirewrap/qemu/stream_walk.hpp>
#include <wirewrap/qemu/stream_writer.hpp>
#include <wirewrap/qemu/target_page.hpp>
#include <wirewrap/qemu/wrapping.hpp>
