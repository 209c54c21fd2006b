// The devices that boards are made of, each a plain type that satisfies `Device`.
#pragma once

#include <wirewrap/device/byte_ring.hpp>
#include <wirewrap/device/cfi_flash.hpp>
#include <wirewrap/device/clint.hpp>
#include <wirewrap/device/goldfish_rtc.hpp>
#include <wirewrap/device/ns16550a.hpp>
#include <wirewrap/device/pin_names.hpp>
#include <wirewrap/device/plic.hpp>
#include <wirewrap/device/test_finisher.hpp>
