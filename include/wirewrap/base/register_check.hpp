// What can be wrong with the registers that a device declares, told in sentences.
//
//     // Doorbell has a register rung of 4 bytes at 0x8, which does not lie in its 8 bytes of registers; move it or …
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/register_map.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap::check {

constexpr bool is_identifier(std::string_view name) {
    for (const char c : name)
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') && c != '_')
            return false;
    return !name.empty() && !(name[0] >= '0' && name[0] <= '9');
}

constexpr Text register_mistake(std::span<const DeviceRegister> map, std::size_t i, Bytes registers) {
    const DeviceRegister& each = map[i];
    if (!is_identifier(each.name))
        return sentence(" ", i, " whose name is no identifier; name it by letters, digits and underscores");
    const Text itself = sentence(" ", each.name);
    const std::size_t width = each.width.count;
    if (width != 1 && width != 2 && width != 4 && width != 8)
        return sentence(itself, " of ", each.width, "; a bus moves 1, 2, 4 or 8 bytes");
    if (each.count == 0) return sentence(itself, " of which there are 0; leave it out");
    if (each.stride < each.width)
        return sentence(itself, " of ", each.width, " every ", each.stride, "; leave room for each of them");
    // Divided, for a product may be too large for 64 bits.
    const Bytes room = each.offset < registers ? registers - each.offset : Bytes{};
    if (each.width > room || each.count - 1 > (room - each.width).count / each.stride.count)
        return sentence(itself, " at ", GuestAddress{each.offset.count}, ", ", each.count, " times ",
                        each.width, ", which does not lie in its ", registers,
                        " of registers; move it, or decode more");
    bool known = each.alternate_of.empty();
    for (std::size_t j = 0; j != i; ++j) {
        if (map[j].name == each.name) return sentence(itself, " twice; rename one");
        known = known || (map[j].name == each.alternate_of && map[j].offset == each.offset);
    }
    if (!known)
        return sentence(itself, " instead of ", each.alternate_of,
                        ", which is no register above it at the same offset; name one that is");
    return {};
}

/// `type` is the name of the device, `registers` what it decodes.
constexpr void register_map_rules(Mistakes& mistakes, const Text& type, std::span<const DeviceRegister> map,
                                  Bytes registers) {
    for (std::size_t i = 0; i != map.size(); ++i)
        if (const Text mistake = register_mistake(map, i, registers); !mistake.empty())
            mistakes.push_back(sentence(type, " has a register", mistake));
}

}  // namespace wirewrap::check
