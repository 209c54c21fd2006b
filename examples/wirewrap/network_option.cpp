#include "examples/wirewrap/network_option.hpp"

#include <charconv>
#include <cstddef>
#include <string>
#include <utility>

#include <wirewrap/config.hpp>

#include "examples/wirewrap/spelling.hpp"

namespace command {

using namespace wirewrap;

namespace {

template <class T>
bool read_whole(std::string_view text, T& value, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Expected<std::array<std::uint8_t, 6>> mac_address(std::string_view text) {
    std::array<std::uint8_t, 6> bytes{};
    const auto wrong = [&] {
        return fail("mac=", text, " is no address of a card: write six bytes as 52:54:00:12:34:56");
    };
    if (text.size() != 17) return wrong();
    for (std::size_t i = 0; i != bytes.size(); ++i)
        if (!read_whole(text.substr(3 * i, 2), bytes[i], 16) || (i != 5 && text[3 * i + 2] != ':'))
            return wrong();
    if ((bytes[0] & 1) != 0)
        return fail("mac=", text, " is the address of a group, for its first byte is odd: write an even one");
    return bytes;
}

Expected<void> take_netdev(std::string_view value, RunRequest& request) {
    const auto properties = config::parse_key_values(value, "type");
    if (!properties) return std::unexpected(properties.error());
    NetworkRequest network;
    std::string type;
    bool scripts = true, down_scripts = true;
    for (const config::Property& property : *properties) {
        if (property.name == "type") {
            type = property.value;
            if (type != "socket" && type != "tap")
                return fail("networks are socket,fd=N or tap,ifname=NAME here, and no ", type);
        } else if (property.name == "id") {
            network.id = property.value;
        } else if (property.name == "fd" && type == "socket") {
            int number = -1;
            if (!read_whole(property.value, number) || number < 0)
                return fail("fd=", property.value, " is no number of a descriptor");
            network.socket = number;
        } else if (property.name == "ifname" && type == "tap") {
            network.tap = property.value;
        } else if ((property.name == "script" || property.name == "downscript") && type == "tap") {
            if (property.value != "no")
                return fail(property.name, "=", property.value, ": no script is run here: write ",
                            property.name, "=no, and set the interface up beforehand");
            (property.name == "script" ? scripts : down_scripts) = false;
        } else {
            return fail(property.name, " is nothing that a network of this kind has here: leave it out");
        }
    }
    if (network.id.empty())
        return fail("it needs id=NAME, by which -device virtio-net-device,netdev=NAME takes it");
    for (const NetworkRequest& other : request.networks) {
        if (other.id == network.id)
            return fail("id=", network.id, " is the name of another network: choose another");
        if (network.socket && other.socket == network.socket)
            return fail("fd=", *network.socket, " is the socket of network ", other.id,
                        " already: give another one");
    }
    if (type == "socket" && !network.socket)
        return fail("a socket is given as fd=N, a descriptor that this process has inherited");
    if (type == "tap" && network.tap.empty())
        return fail("it needs ifname=NAME, a TAP interface of the host");
    if (type == "tap" && (scripts || down_scripts))
        return fail("QEMU would run a script for the interface, and no script is run here: add "
                    "script=no,downscript=no, and set it up beforehand");
    request.networks.push_back(std::move(network));
    return {};
}

}  // namespace command
