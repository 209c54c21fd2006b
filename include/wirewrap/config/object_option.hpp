// `-object TYPE,id=ID,…`, or the same as a JSON object with `qom-type` and `id`.
//
//     parse_object("memory-backend-ram,id=m0,size=512M");
//     parse_object(R"({"qom-type": "memory-backend-ram", "id": "m0", "size": 536870912})", parse_json_object);
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/machine_names.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

struct ObjectOption {
    std::string type;
    std::string id;
    Properties properties{};  // all but these two
    std::string text{};       // as it was written, for sentences
};

/// Objects that hold no guest memory. Their ids and the names of their properties count, the values are not looked at.
struct OtherObject {
    std::string_view type, properties;
};
inline constexpr std::array other_objects{
    OtherObject{"authz-list", "policy rules"},
    OtherObject{"authz-list-file", "filename refresh"},
    OtherObject{"authz-pam", "service"},
    OtherObject{"authz-simple", "identity"},
    OtherObject{"can-bus", ""},
    OtherObject{"can-host-socketcan", "if canbus"},
    OtherObject{"colo-compare", "primary_in secondary_in outdev iothread notify_dev compare_timeout "
                                "expired_scan_cycle max_queue_size vnet_hdr_support"},
    OtherObject{"cryptodev-backend", "queues"},
    OtherObject{"cryptodev-backend-builtin", "queues"},
    OtherObject{"cryptodev-vhost-user", "chardev queues"},
    OtherObject{"dbus-vmstate", "addr id-list"},
    OtherObject{"filter-buffer", "netdev queue status position insert interval"},
    OtherObject{"filter-dump", "netdev queue status position insert file maxlen"},
    OtherObject{"filter-mirror", "netdev queue status position insert outdev vnet_hdr_support"},
    OtherObject{"filter-redirector", "netdev queue status position insert indev outdev vnet_hdr_support"},
    OtherObject{"filter-replay", "netdev queue status position insert"},
    OtherObject{"filter-rewriter", "netdev queue status position insert vnet_hdr_support"},
    OtherObject{"input-barrier", "name server port x-origin y-origin width height"},
    OtherObject{"input-linux", "evdev grab_all repeat grab-toggle"},
    OtherObject{"iothread",
                "poll-max-ns poll-grow poll-shrink aio-max-batch thread-pool-min thread-pool-max"},
    OtherObject{"main-loop", "aio-max-batch thread-pool-min thread-pool-max"},
    OtherObject{"pr-manager-helper", "path"},
    OtherObject{"rng-builtin", "opened"},
    OtherObject{"rng-egd", "chardev opened"},
    OtherObject{"rng-random", "filename opened"},
    OtherObject{"secret", "data file format iv keyid loaded"},
    OtherObject{"secret_keyring", "serial format iv keyid loaded"},
    OtherObject{"thread-context", "cpu-affinity node-affinity"},
    OtherObject{"throttle-group",
                "limits x-iops-total x-iops-total-max x-iops-total-max-length x-iops-read x-iops-read-max "
                "x-iops-read-max-length x-iops-write x-iops-write-max x-iops-write-max-length x-bps-total "
                "x-bps-total-max x-bps-total-max-length x-bps-read x-bps-read-max x-bps-read-max-length "
                "x-bps-write x-bps-write-max x-bps-write-max-length x-iops-size"},
    OtherObject{"tls-cipher-suites", "verify-peer dir endpoint priority"},
    OtherObject{"tls-creds-anon", "verify-peer dir endpoint priority loaded"},
    OtherObject{"tls-creds-psk", "verify-peer dir endpoint priority username loaded"},
    OtherObject{"tls-creds-x509", "verify-peer dir endpoint priority sanity-check passwordid loaded"}};

constexpr bool is_other_object(std::string_view type) {
    return std::ranges::find(other_objects, type, &OtherObject::type) != other_objects.end();
}

/// `object`: one of those.
inline Expected<void> check_other_object(const ObjectOption& object) {
    const auto known = std::ranges::find(other_objects, object.type, &OtherObject::type);
    for (const Property& p : object.properties)
        if (!named_in(known->properties, p.name)) return fail(p.name, " is no property of ", object.type);
    return {};
}

/// The properties of an option that may be a JSON object.
inline Expected<Properties> parse_list_or_json(std::string_view text, std::string_view implied,
                                               JsonReader json) {
    if (!text.starts_with('{')) return parse_key_values(text, implied);
    if (json != nullptr) return json(text);
    return fail("this is JSON, which this program does not read: write NAME=VALUE with commas between");
}

/// Errors: grammar; type or id missing; an id that is no identifier.
inline Expected<ObjectOption> parse_object(std::string_view text, JsonReader json = nullptr) {
    auto properties = parse_list_or_json(text, "qom-type", json);
    if (!properties) return std::unexpected(properties.error());
    ObjectOption object;
    object.text = text;
    for (Property& property : *properties) {
        if (property.name == "qom-type") {
            if (const auto stored = store(read_text, property, object.type); !stored)
                return std::unexpected(stored.error());
        } else if (property.name != "id")
            object.properties.push_back(std::move(property));
        else if (!object.id.empty())
            continue;  // QEMU goes by the first
        else if (const auto stored = store(read_identifier, property, object.id); !stored)
            return std::unexpected(stored.error());
    }
    if (object.type.empty()) return fail("the type is missing: write it first, such as memory-backend-ram");
    if (object.id.empty()) return fail("id is missing: name the object, such as id=m0");
    return object;
}

}  // namespace wirewrap::config
