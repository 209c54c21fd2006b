// QEMU's words for where a serial port is.
#include <wirewrap/console/serial_option.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace wirewrap;
using console::parse_serial;
using console::SerialPlace;
using Kind = console::SerialPlace::Kind;

TEST_CASE("Places are spelled as QEMU spells them") {
    const auto [value, place] = GENERATE(table<std::string, SerialPlace>({
        {"stdio", {}},
        {"mon:stdio", {}},
        {"none", {.kind = Kind::nobody}},
        {"null", {.kind = Kind::nobody}},
        {"pty", {.kind = Kind::pty}},
        {"file:a:b,c", {.kind = Kind::file, .path = "a:b,c"}},
        {"pipe:p", {.kind = Kind::pipe, .path = "p"}},
        {"/dev/ttyS0", {.kind = Kind::device, .path = "/dev/ttyS0"}},
        {"tcp::4444", {.kind = Kind::tcp, .port = "4444"}},
        {"tcp:h:65535", {.kind = Kind::tcp, .host = "h", .port = "65535"}},
        {"tcp:h:000", {.kind = Kind::tcp, .host = "h", .port = "000"}},
        {"tcp:h:iso-tsap", {.kind = Kind::tcp, .host = "h", .port = "iso-tsap"}},
        {"tcp:localhost:1,server,nowait",
         {.kind = Kind::tcp, .host = "localhost", .port = "1", .server = true, .wait = false}},
        {"tcp:[::1]:1,server=on,wait=off,nodelay=on",
         {.kind = Kind::tcp, .host = "::1", .port = "1", .server = true, .wait = false}},
        {"unix:/run/s,server=on", {.kind = Kind::unix_socket, .path = "/run/s", .server = true}},
        {"unix:/run/s,server=off", {.kind = Kind::unix_socket, .path = "/run/s"}},
    }));
    INFO(value);
    const auto parsed = parse_serial(value);
    REQUIRE(parsed);
    CHECK((*parsed == place));
}

TEST_CASE("What is no place is told with the places that there are") {
    const auto [value, says] = GENERATE(table<std::string, std::string>({
        {"", " is no place for a serial port here: write stdio, "},
        {"vc", "vc is no place"},
        {"telnet::4444,server", "telnet::4444,server is no place"},
        {"file:", "file: has no path"},
        {"tcp:4444", "tcp:4444 has no port: write tcp:HOST:PORT"},
        {"tcp:host:", "has no port"},
        {"unix:", "unix: has no path"},
        {"unix:,server", "unix: has no path"},
        {"tcp::1,reconnect=5", "reconnect=5 is not known of a socket"},
        {"tcp::1,server=maybe", "server=maybe is not known"},
        {"tcp::1,,", "is not known of a socket"},
        {"tcp::1,nowait", "nowait is about a socket that others connect to"},
        {"unix:/run/s,wait=on", "wait=on is about a socket that others connect to"},
        {"unix:/run/s,wait=off,server=off", "add server=on, or leave it out"},
        {"tcp::65536,server", "tcp: 65536 is no port: write a number from 0 to 65535"},
        {"tcp:host:4294967297", "4294967297 is no port"},
        {"tcp:host:99999999999999999999999", "is no port"},
        {"tcp:host:-1", "-1 is no port"},
        {"tcp:host:+80", "+80 is no port"},
        {"tcp:host: 80", " 80 is no port"},
    }));
    INFO(value);
    const auto parsed = parse_serial(value);
    REQUIRE_FALSE(parsed);
    CHECK_THAT(parsed.error().message, Catch::Contains(says));
}
