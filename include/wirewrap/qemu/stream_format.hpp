// The numbers of QEMU's migration stream, as versions 2.4 to 11.1 write it with default capabilities. All integers are
// big-endian; a name is one byte of length and so many characters.
//
//     "QEVM" 3 | CONFIGURATION | START ram | PART ram … | COMMAND | END ram | FULL timer | FULL … | EOF | VMDESCRIPTION
//                machine type    blocks      pages        10.0 on   pages     └─ devices, without a length ─┘
//
// Source: QEMU 7.2, docs/devel/migration.rst, migration/savevm.h, migration/ram.c; every kind of section and record
// that is read here was seen in streams that QEMU 7.2.22, 10.0.13 or 11.1.3 wrote.
#pragma once

#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::qemu::format {

inline constexpr std::uint32_t magic = 0x5145'564d;  // "QEVM"
inline constexpr std::uint32_t version = 3;

/// The byte that a section begins with.
namespace section {
inline constexpr std::uint8_t end_of_file = 0x00;
inline constexpr std::uint8_t start = 0x01;  // id, name, instance, version, payload
inline constexpr std::uint8_t part = 0x02;   // id, payload
inline constexpr std::uint8_t end = 0x03;    // id, payload
inline constexpr std::uint8_t full = 0x04;   // as start; a device
inline constexpr std::uint8_t subsection = 0x05;
inline constexpr std::uint8_t description = 0x06;
inline constexpr std::uint8_t configuration = 0x07;
inline constexpr std::uint8_t command = 0x08;  // number, length, so many bytes; no footer
inline constexpr std::uint8_t footer =
    0x7e;  // id; after every payload, but not of machine types up to 2.3, nor
           // with -global migration.send-section-footer=off
}  // namespace section

/// What a command section tells the QEMU that reads the stream.
namespace command {
inline constexpr std::uint16_t open_return_path = 1;
inline constexpr std::uint16_t ping = 2;
inline constexpr std::uint16_t postcopy_advise = 3;
inline constexpr std::uint16_t switchover_start = 11;  // the source has stopped; nothing to do
}  // namespace command

/// The low bits of the word that a record of the RAM section begins with; the high bits are an offset in the block.
namespace record {
inline constexpr std::uint64_t fill = 0x02;         // a page of one byte's value
inline constexpr std::uint64_t blocks = 0x04;       // the list of blocks, lengths summing up to the high bits
inline constexpr std::uint64_t page = 0x08;         // a page
inline constexpr std::uint64_t end = 0x10;          // of the payload
inline constexpr std::uint64_t same_block = 0x20;   // no name: the block of the record before
inline constexpr std::uint64_t xbzrle = 0x40;       // capability xbzrle
inline constexpr std::uint64_t hook = 0x80;         // RDMA
inline constexpr std::uint64_t compressed = 0x100;  // capability compress
inline constexpr std::uint64_t multifd = 0x200;     // capability multifd, since 8.0
}  // namespace record

inline constexpr std::uint32_t ram_version = 4;

}  // namespace wirewrap::qemu::format
