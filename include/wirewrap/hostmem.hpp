// Host memory backends: where the bytes of guest RAM come from, behind one order, reserve -> bind -> populate.
//
//     auto ram = hostmem::allocate<hostmem::Memfd>(64_MiB, {.seal = false, .common = {.prealloc = true}});
//     if (!ram) return fail(ram.error().message);
//     ram->data(), ram->size(), ram->descriptor();
//
//     backend                       shared  descriptor  is
//     Anonymous, SharedAnonymous    - yes   -           pages from the kernel
//     Memfd, PrivateMemfd           yes -   yes         a file without a name; HugeMemfd<2_MiB>
//     Shm                           yes     yes         POSIX shared memory
//     File, SharedFile, RomFile     - yes - yes         a file by name, or in a directory such as /dev/hugepages
//     Fixed<64_MiB>                 -       -           static storage of the program; no system call
//     Selected                      ask     ask         chosen at run time: one of the above but Fixed and RomFile, or several
#pragma once

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/hostmem/file_use.hpp>
#include <wirewrap/hostmem/fixed.hpp>
#include <wirewrap/hostmem/huge_pages.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/numa.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/hostmem/populating.hpp>
#include <wirewrap/hostmem/prealloc.hpp>
#include <wirewrap/hostmem/properties.hpp>
#include <wirewrap/hostmem/rules.hpp>
#include <wirewrap/hostmem/selected.hpp>
#include <wirewrap/hostmem/shm.hpp>
