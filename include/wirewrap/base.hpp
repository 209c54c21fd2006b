// The vocabulary that everything else is written in: byte counts, guest addresses, intervals, texts, verdicts, errors,
// and the two contracts of the bus, `AccessPath` and `Device`.
#pragma once

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
