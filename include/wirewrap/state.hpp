// RAM with an identity: the blocks of a machine by name, what changes in them, snapshots and copies.
#pragma once

#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/fingerprint.hpp>
