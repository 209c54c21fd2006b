// `-object TYPE,id=ID,…`, or the same as a JSON object with `qom-type` and `id`.
//
//     parse_object("memory-backend-ram,id=m0,size=512M");
//     parse_object(R"({"qom-type": "memory-backend-ram", "id": "m0", "size": 536870912})");
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/json_object.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

struct ObjectOption {
    std::string type;
    std::string id;
    Properties properties{};  // all but these two
    std::string text{};       // as it was written, for sentences
};

/// Objects that hold no guest memory. Their ids count, their properties are not looked at.
constexpr bool is_other_object(std::string_view type) {
    constexpr std::array<std::string_view, 14> types{
        "authz-list",    "authz-simple", "can-bus",  "colo-compare",  "cryptodev-backend",
        "filter-mirror", "input-linux",  "iothread", "main-loop",     "rng-builtin",
        "rng-egd",       "rng-random",   "secret",   "thread-context"};
    return std::ranges::find(types, type) != types.end();
}

/// Errors: grammar; type or id missing; an id that is no identifier.
inline Expected<ObjectOption> parse_object(std::string_view text) {
    auto properties = text.starts_with('{') ? parse_json_object(text) : parse_key_values(text, "qom-type");
    if (!properties) return std::unexpected(properties.error());
    ObjectOption object;
    object.text = text;
    for (Property& property : *properties) {
        if (property.name == "qom-type")
            object.type = property.value;
        else if (property.name != "id")
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
