// The vocabulary that everything else is written in: byte counts, guest addresses, intervals, texts, verdicts, errors,
// the contracts of the bus, what a device is and can do, and how it gives its state.
#pragma once

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/base/access_rule.hpp>
#include <wirewrap/base/address.hpp>
#include <wirewrap/base/archive.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/base/device_bus.hpp>
#include <wirewrap/base/device_check.hpp>
#include <wirewrap/base/device_hooks.hpp>
#include <wirewrap/base/device_slips.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/fixed_array.hpp>
#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/language.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/register_check.hpp>
#include <wirewrap/base/register_map.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/slips.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/spoken.hpp>
#include <wirewrap/base/static_vector.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/base/zeroes.hpp>
