// RAM with an identity: the blocks of a machine by name, what changes in them, snapshots and copies.
#pragma once

#include <wirewrap/state/access_trace.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/fingerprint.hpp>
#include <wirewrap/state/page_set.hpp>
#include <wirewrap/state/watchpoints.hpp>
