#include <catch2/catch.hpp>

#include <chrono>
#include <string>

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

TEST_CASE("what is JSON is taken: escapes, -0, 64 bits, single quotes") {
    using Kind = Property::Kind;
    CHECK(*parse_json_object(R"({"\u006d0": "a\u002cb\/\u00e9"})") ==
          Properties{{"m0", "a,b/\u00e9", Kind::string}});
    CHECK(*parse_json_object(R"({"a": -0})") == Properties{{"a", "0", Kind::number}});
    CHECK(*parse_json_object(R"({"a": -5})") == Properties{{"a", "-5", Kind::number}});
    CHECK(*parse_json_object(R"({"a": [-0, 18446744073709551615]})") ==
          Properties{{"a", "", Kind::list, {0, ~std::uint64_t{0}}}});
    CHECK(*parse_json_object(R"({"a": 18446744073709551615})") ==
          Properties{{"a", "18446744073709551615", Kind::number}});
    CHECK(*parse_json_object(R"({'it\'s': "it\'s", 'q': '"'})") ==
          Properties{{"it's", "it's", Kind::string}, {"q", "\"", Kind::string}});
    // Of these it is known that they are there; no property of memory is one.
    for (const char* const other : {"null", "1.5", "1e3", "18446744073709551616", "{}", "[\"x\"]", "[1.5]",
                                    "[-1]", "[[0]]", R"({"a": [1, {"a": 2}]})"}) {
        INFO(other);
        const auto object = parse_json_object("{\"a\": " + std::string(other) + ", \"b\": 1}");
        REQUIRE(object);
        CHECK(object->front().kind == Kind::other);
        CHECK(object->back() == Property{"b", "1", Kind::number});
    }
}

TEST_CASE("what is no JSON object is refused, with the place") {
    for (const char* const text : {"",
                                   "{",
                                   "{\"a\"}",
                                   "{\"a\":}",
                                   "{\"a\":1",
                                   "{\"a\":1,}",
                                   "{\"a\":1} x",
                                   "{\"a\":1}{}",
                                   "{\"a\":[1,]}",
                                   "{\"a\":nul}",
                                   "{\"a\":True}",
                                   "{\"a",
                                   "{\"a\":1,\"a\":2}",
                                   "{\"a\":1,\"\\u0061\":2}",
                                   "[1]",
                                   "1",
                                   "\"x\"",
                                   "{\"a\":01}",
                                   "{\"a\":0x1}",
                                   "{\"a\":[00]}",
                                   "{\"a\":[0x0]}",
                                   "{\"a\":+1}",
                                   "{\"a\":.5}",
                                   "{\"a\":\"\\x41\"}",
                                   "{\"a\":\"\\ud800\"}",
                                   "{\"a\":\"\\uffff\"}",
                                   "{\"a\":\"\\u0000\"}",
                                   "{\"a\":\"\t\"}",
                                   "{\"a\":\"\xff\"}",
                                   "{\"a\":1/**/}",
                                   "{\"a\":NaN}",
                                   "{'a\":1}"}) {
        INFO(text);
        CHECK_FALSE(parse_json_object(text));
    }
    CHECK_FALSE(parse_json_object(std::string_view("{}\0{", 4)));
    CHECK(parse_json_object("{\"a\" 1}").error().message ==
          "the JSON cannot be read: at character 6, '1', it is no JSON: write names and texts in double "
          "quotes, "
          "numbers in decimal without leading zeros, true or false");
    CHECK(parse_json_object("{\"a\":1,\"a\":2}").error().message ==
          "the JSON cannot be read: the name a is there twice: leave one out");
}

TEST_CASE("depth is bounded, so that nobody's stack is") {
    const auto nested = [](std::size_t levels) {
        return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    CHECK(parse_json_object(nested(63)));
    CHECK(parse_json_object(nested(64)).error().message ==
          "the JSON cannot be read: it is more than 64 levels deep");
    CHECK_FALSE(parse_json_object(nested(1000000)));
    CHECK_FALSE(parse_json_object("{\"a\":" + std::string(1000000, '[')));
}

TEST_CASE("a hundred thousand names are read in seconds") {
    const auto begin = std::chrono::steady_clock::now();
    std::string text("{");
    for (int i = 0; i != 100'000; ++i) text += "\"k" + std::to_string(i) + "\":1,";
    CHECK(parse_json_object(text + "\"k\":1}")->size() == 100'001);
    CHECK(parse_json_object(text + "\"k0\":1}")
              .error()
              .message.ends_with("the name k0 is there twice: leave one out"));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}
