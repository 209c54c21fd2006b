// Device trees: a typed writer over libfdt, and the tree of a board generated from its type.
#pragma once

#include <wirewrap/fdt/describe.hpp>
#include <wirewrap/fdt/device_tree.hpp>
#include <wirewrap/fdt/devices.hpp>
#include <wirewrap/fdt/given_tree.hpp>
#include <wirewrap/fdt/writer.hpp>
