// Machines: a board wired to host memory, its access path, devices and interrupts.
#pragma once

#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/machine/device_set.hpp>
#include <wirewrap/machine/interrupts.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/machine/main_ram.hpp>
#include <wirewrap/machine/policy.hpp>
#include <wirewrap/machine/policy_check.hpp>
#include <wirewrap/machine/words.hpp>
