// The messages of vhost-user: a header, a payload in the host's byte order, and descriptors beside it.
//
//     | request, 4 bytes | flags, 4 | size of the payload, 4 | payload … |
//                          version 1, reply, need_reply
//
// Source: the vhost-user protocol, QEMU 7.2, docs/interop/vhost-user.rst; virtio bits: virtio 1.1, chapter 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/language.hpp>

namespace wirewrap::vhost {

enum class Request : std::uint32_t {
    get_features = 1,
    set_features = 2,
    set_owner = 3,
    set_mem_table = 5,
    set_vring_num = 8,
    set_vring_addr = 9,
    set_vring_base = 10,
    get_vring_base = 11,
    set_vring_kick = 12,
    set_vring_call = 13,
    set_vring_err = 14,
    get_protocol_features = 15,
    set_protocol_features = 16,
    get_queue_num = 17,
    set_vring_enable = 18,
    get_config = 24,
    get_max_mem_slots = 36,
    add_mem_reg = 37,
};

/// As the protocol's text writes it.
constexpr std::string_view name_of(Request request) {
    switch (request) {
    case Request::get_features: return "GET_FEATURES";
    case Request::set_features: return "SET_FEATURES";
    case Request::set_owner: return "SET_OWNER";
    case Request::set_mem_table: return "SET_MEM_TABLE";
    case Request::set_vring_num: return "SET_VRING_NUM";
    case Request::set_vring_addr: return "SET_VRING_ADDR";
    case Request::set_vring_base: return "SET_VRING_BASE";
    case Request::get_vring_base: return "GET_VRING_BASE";
    case Request::set_vring_kick: return "SET_VRING_KICK";
    case Request::set_vring_call: return "SET_VRING_CALL";
    case Request::set_vring_err: return "SET_VRING_ERR";
    case Request::get_protocol_features: return "GET_PROTOCOL_FEATURES";
    case Request::set_protocol_features: return "SET_PROTOCOL_FEATURES";
    case Request::get_queue_num: return "GET_QUEUE_NUM";
    case Request::set_vring_enable: return "SET_VRING_ENABLE";
    case Request::get_config: return "GET_CONFIG";
    case Request::get_max_mem_slots: return "GET_MAX_MEM_SLOTS";
    case Request::add_mem_reg: return "ADD_MEM_REG";
    }
    return "an unknown request";
}

struct Header {
    std::uint32_t request = 0;
    std::uint32_t flags = 0;
    std::uint32_t size = 0;  // of the payload
};
static_assert(sizeof(Header) == 12);

namespace flag {
inline constexpr std::uint32_t version = 1;  // bits 0 and 1
inline constexpr std::uint32_t reply = 1 << 2;
inline constexpr std::uint32_t need_reply = 1 << 3;
}  // namespace flag

/// Bits of GET_FEATURES that belong to no kind of device.
namespace feature {
inline constexpr std::uint64_t protocol_features = 1ull << 30;
inline constexpr std::uint64_t version_1 = 1ull << 32;
}  // namespace feature

namespace protocol_feature {
inline constexpr std::uint64_t reply_ack = 1ull << 3;
inline constexpr std::uint64_t config = 1ull << 9;
inline constexpr std::uint64_t configure_mem_slots = 1ull << 15;
}  // namespace protocol_feature

/// A stretch of guest RAM in a file.
struct MemoryRegion {
    std::uint64_t guest_address = 0;
    std::uint64_t size = 0;
    std::uint64_t user_address = 0;  // in this process: the address space of SET_VRING_ADDR
    std::uint64_t file_offset = 0;
};
/// SET_MEM_TABLE takes so many regions.
inline constexpr std::size_t most_table_regions = 8;

struct VringState {
    std::uint32_t index = 0;
    std::uint32_t number = 0;
};

/// User addresses.
struct VringAddress {
    std::uint32_t index = 0;
    std::uint32_t flags = 0;
    std::uint64_t descriptors = 0;
    std::uint64_t used = 0;
    std::uint64_t available = 0;
    std::uint64_t log = 0;
};
static_assert(sizeof(MemoryRegion) == 32 && sizeof(VringState) == 8 && sizeof(VringAddress) == 40);

/// What GET_CONFIG begins with; the bytes follow.
struct ConfigHead {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t flags = 0;
};

}  // namespace wirewrap::vhost
