// Options as people write them on a QEMU command line, turned into values.
#pragma once

#include <wirewrap/config/ram_size.hpp>
#include <wirewrap/config/size.hpp>
