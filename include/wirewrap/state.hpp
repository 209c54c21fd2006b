// RAM with an identity: the blocks of a machine by name, what changes in them, snapshots and copies.
#pragma once

#include <wirewrap/state/access_trace.hpp>
#include <wirewrap/state/atomic_file.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/byte_ranges.hpp>
#include <wirewrap/state/checksum.hpp>
#include <wirewrap/state/clone.hpp>
#include <wirewrap/state/codec.hpp>
#include <wirewrap/state/copy_on_write.hpp>
#include <wirewrap/state/data_map.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/fields.hpp>
#include <wirewrap/state/file_data.hpp>
#include <wirewrap/state/fingerprint.hpp>
#include <wirewrap/state/format.hpp>
#include <wirewrap/state/host_mappings.hpp>
#include <wirewrap/state/original_pages.hpp>
#include <wirewrap/state/page_set.hpp>
#include <wirewrap/state/reset_point.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/save.hpp>
#include <wirewrap/state/snapshot.hpp>
#include <wirewrap/state/snapshot_writer.hpp>
#include <wirewrap/state/touched_pages.hpp>
#include <wirewrap/state/watchpoints.hpp>
