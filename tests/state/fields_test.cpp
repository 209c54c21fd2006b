#include <wirewrap/state/fields.hpp>

#include <catch2/catch.hpp>

#include <string>

namespace {

using namespace wirewrap;
using state::FieldReader;
using state::FieldWriter;

enum class Mode : std::uint8_t { off, on };

struct Part {
    std::uint16_t count = 0;
    bool up = false;
    template <class Archive>
    void state(Archive& archive) {
        archive.field("count", count, std::uint16_t{100});
        archive.field("up", up);
    }
    friend bool operator==(const Part&, const Part&) = default;
};

struct Whole {
    std::array<Part, 2> parts{};
    std::array<std::uint64_t, 3> words{};
    Mode mode = Mode::off;
    std::array<std::uint8_t, 4> room{};
    std::size_t used = 0;

    template <class Archive>
    void state(Archive& archive) {
        archive.group("part", parts);
        archive.field("words", words);
        archive.field("mode", mode, Mode::on);
        archive.sequence("room", room, used);
        archive.require(used != 3, "three is odd");
    }
    friend bool operator==(const Whole&, const Whole&) = default;
};
static_assert(Archivable<Whole>);

const Whole sample{{Part{7, true}, Part{100, false}}, {1, ~std::uint64_t{0}, 3}, Mode::on, {9, 8}, 2};

std::vector<std::byte> written(Whole whole) {
    FieldWriter writer;
    whole.state(writer);
    return writer.bytes();
}
std::string objection(std::span<const std::byte> bytes) {
    FieldReader reader(bytes);
    Whole whole;
    whole.state(reader);
    const auto result = reader.finish();
    return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("What is written is read") {
    const auto bytes = written(sample);
    // "part0.count", 2 bytes, 1 element, 7
    constexpr std::string_view first("\x0bpart0.count\x02\x01\0\0\0\x07\0", 19);
    REQUIRE(bytes.size() > first.size());
    CHECK(std::string_view(reinterpret_cast<const char*>(bytes.data()), first.size()) == first);
    FieldReader reader(bytes);
    Whole whole;
    whole.state(reader);
    CHECK(reader.finish());
    CHECK(whole == sample);
}

TEST_CASE("What does not fit is told, by the name of the field") {
    auto bytes = written(sample);
    SECTION("a value out of bounds") {
        bytes[17] = std::byte{101};
        CHECK(objection(bytes) == "field part0.count is 101, and at most 100 makes sense");
    }
    SECTION("another name") {
        bytes[1] = std::byte{'P'};
        CHECK(objection(bytes) == "field part0.count is missing, field Part0.count is there");
    }
    SECTION("another width") {
        bytes[12] = std::byte{4};
        CHECK(objection(bytes) == "field part0.count has 1 elements of 4 bytes, not 1 of 2 bytes");
    }
    SECTION("something behind the last") {
        FieldWriter writer;
        Whole whole = sample;
        whole.state(writer);
        bool more = true;
        writer.field("more", more);
        CHECK(objection(writer.bytes()) == "field more is unknown");
    }
    SECTION("a condition") {
        Whole whole = sample;
        whole.used = 3;
        CHECK(objection(written(whole)) == "three is odd");
    }
}

TEST_CASE("A list that is cut off anywhere is refused") {
    const auto bytes = written(sample);
    for (std::size_t size = 0; size != bytes.size(); ++size) {
        INFO(size);
        CHECK_FALSE(objection(std::span(bytes).first(size)).empty());
    }
}

TEST_CASE("A bit that flips is refused, or is a value that a field can have") {
    const auto bytes = written(sample);
    for (std::size_t bit = 0; bit != bytes.size() * 8; ++bit) {
        auto changed = bytes;
        changed[bit / 8] ^= std::byte{1} << bit % 8;
        FieldReader reader(changed);
        Whole whole;
        whole.state(reader);
        if (reader.finish()) CHECK(written(whole) == changed);
    }
}
