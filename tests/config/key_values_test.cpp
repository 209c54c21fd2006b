#include <catch2/catch.hpp>

#include <wirewrap/config/key_values.hpp>

using namespace wirewrap::config;

TEST_CASE("the first key may be implied, others not") {
    CHECK(*parse_key_values("1G,slots=2", "size") == Properties{{"size", "1G"}, {"slots", "2"}});
    CHECK(*parse_key_values("size=1G,slots=2", "size") == Properties{{"size", "1G"}, {"slots", "2"}});
    CHECK(*parse_key_values("", "size") == Properties{});
    CHECK(*parse_key_values("nomem-lock,cpu-pm") == Properties{{"mem-lock", "off"}, {"cpu-pm", "on"}});
    CHECK(parse_key_values(",a=1").error().message == "an empty entry has no value: write NAME=VALUE");
    CHECK(*parse_key_values("ram,share,id=m0", "type") ==
          Properties{{"type", "ram"}, {"share", "on"}, {"id", "m0"}});
}

TEST_CASE("a comma in a value is written twice") {
    CHECK(*parse_key_values("id=m0,mem-path=a,,b,share=on") ==
          Properties{{"id", "m0"}, {"mem-path", "a,b"}, {"share", "on"}});
    CHECK(*parse_key_values("mem-path=a,,") == Properties{{"mem-path", "a,"}});
    CHECK(*parse_key_values("a,,b,slots=1", "size") == Properties{{"size", "a,b"}, {"slots", "1"}});
}

TEST_CASE(
    "values may be empty or hold an equals sign, keys may be repeated, and a comma at the end is none") {
    CHECK(*parse_key_values("id=,mem-path=x=y") == Properties{{"id", ""}, {"mem-path", "x=y"}});
    CHECK(*parse_key_values("a=1,a=2,") == Properties{{"a", "1"}, {"a", "2"}});
    CHECK_FALSE(parse_key_values("a=1,=2"));
    CHECK(*parse_key_values("a=1,,,b=2") == Properties{{"a", "1,"}, {"b", "2"}});
}
