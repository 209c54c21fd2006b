// Packing the pages of snapshots with Zstandard.
#pragma once

#include <wirewrap/zstd/codec.hpp>
