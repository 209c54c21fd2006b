#include <catch2/catch.hpp>

#include <wirewrap/config/assignments.hpp>

using namespace wirewrap::config;

TEST_CASE("the last word on each name counts, where the first one stands") {
    CHECK(last_words({{"a", "1"}, {"b", "2"}, {"a", "3"}, {"c", "4"}, {"b", "5"}}) ==
          Properties{{"a", "3"}, {"b", "5"}, {"c", "4"}});
    CHECK(last_words({}).empty());
}

TEST_CASE("the first word may stand alone, every other has a name and a value") {
    CHECK(*parse_assignments("pc,memory.size=1G", "type") ==
          Properties{{"type", "pc"}, {"memory.size", "1G"}});
    CHECK(*parse_assignments("a=1,a=2,", "type") == Properties{{"a", "1"}, {"a", "2"}});
    CHECK(*parse_assignments("a=x,,y=z,b=", "type") == Properties{{"a", "x,y=z"}, {"b", ""}});
    CHECK(parse_assignments("", "type")->empty());
    CHECK(*parse_assignments("sgx-epc.0.memdev=m", "type") == Properties{{"sgx-epc.0.memdev", "m"}});
    for (const char* const text : {",", ",pc", "pc,,x", "pc,usb", "pc,nousb", ".a=1", "a.=1", "a..b=1",
                                   "a b=1", "1a=1", "-a=1", "=1", "pc,=1"}) {
        INFO(text);
        CHECK_FALSE(parse_assignments(text, "type"));
    }
    CHECK(parse_assignments("pc,usb", "type").error().message == "usb has no value: write usb=VALUE");
}
