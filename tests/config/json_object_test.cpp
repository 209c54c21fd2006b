#include <catch2/catch.hpp>

#include <wirewrap/config/json_object.hpp>

using namespace wirewrap::config;

TEST_CASE("a flat object becomes properties that know what they are") {
    using Kind = Property::Kind;
    const auto object = parse_json_object(
        R"( {"id": "m0", "size":536870912, "share" : true, "host-nodes": [0, 2], "mem-path": "a\"b\\c"} )");
    REQUIRE(object);
    CHECK(*object == Properties{{"id", "m0", Kind::string},
                                {"size", "536870912", Kind::number},
                                {"share", "true", Kind::boolean},
                                {"host-nodes", "", Kind::list, {0, 2}},
                                {"mem-path", "a\"b\\c", Kind::string}});
    CHECK(parse_json_object("{}")->empty());
    CHECK(*parse_json_object("{'id':'m0'}") == Properties{{"id", "m0", Kind::string}});
    CHECK(parse_json_object(R"({"host-nodes":[]})")->front().numbers.empty());
}

TEST_CASE("what is no flat object is refused, with the place") {
    for (const char* const text :
         {"", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":{}}",
          "{\"a\":[1,]}", "{\"a\":[\"x\"]}", "{\"a\":nul}", "{\"a\":\"\\u0041\"}", "{\"a", "{\"a\":1.5}",
          "{\"a\":1,\"a\":2}", "[1]"}) {
        INFO(text);
        CHECK_FALSE(parse_json_object(text));
    }
    CHECK(parse_json_object("{\"a\" 1}").error().message ==
          "the JSON cannot be read, at character 6: a colon after the name is missing");
}
