// Options as people write them on a QEMU command line, turned into values, and the values into host memory.
//
//     auto configuration = config::configure(board, words);        // rules; nothing is allocated yet
//     auto memory = config::allocate(*configuration);              // every backend, or an error and none
//
// The pieces: numbers and sizes (number, size, ram_size), the grammars (key_values, assignments, property), the tables of what
// may be said (setting, command_options, machine_properties) with what comes near (near_miss), one header for each option
// (memory_option, machine_option, object_option, numa_option, smp_option), options in files (option_files), what they
// describe (backend_object, numa_nodes, numa_attributes, numa_setup, thread_context, memory_devices), and what a machine
// allows (machine_features, machine_names, cpu_limits). Not included here: JSON (json_object), which needs nlohmann-json,
// and help.
#pragma once

#include <wirewrap/config/allocation.hpp>
#include <wirewrap/config/assignments.hpp>
#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/command_line.hpp>
#include <wirewrap/config/command_options.hpp>
#include <wirewrap/config/configuration.hpp>
#include <wirewrap/config/cpu_limits.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/machine_features.hpp>
#include <wirewrap/config/machine_names.hpp>
#include <wirewrap/config/machine_option.hpp>
#include <wirewrap/config/machine_properties.hpp>
#include <wirewrap/config/memory_devices.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/near_miss.hpp>
#include <wirewrap/config/numa_attributes.hpp>
#include <wirewrap/config/numa_nodes.hpp>
#include <wirewrap/config/numa_option.hpp>
#include <wirewrap/config/numa_setup.hpp>
#include <wirewrap/config/number.hpp>
#include <wirewrap/config/object_option.hpp>
#include <wirewrap/config/option_files.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/ram_size.hpp>
#include <wirewrap/config/setting.hpp>
#include <wirewrap/config/size.hpp>
#include <wirewrap/config/smp_option.hpp>
#include <wirewrap/config/thread_context.hpp>
