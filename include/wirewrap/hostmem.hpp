// Host memory backends: where the bytes of guest RAM come from, behind one order, reserve -> bind -> populate.
//
//     auto ram = hostmem::allocate<hostmem::Anonymous>(64_MiB, {.prealloc = true});
//     if (!ram) return fail(ram.error().message);
//     ram->data(), ram->size();
#pragma once

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/fixed.hpp>
#include <wirewrap/hostmem/mapping.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/prealloc.hpp>
#include <wirewrap/hostmem/rules.hpp>
