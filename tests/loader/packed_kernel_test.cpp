// Kernels that are packed, and files that only say so.
#include <wirewrap/loader/gzip.hpp>
#include <wirewrap/loader/packed_kernel.hpp>
#include <wirewrap/loader/zstd.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/loader/packing.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::literals;

namespace {

constexpr std::array unpackers{unpack::gzip, unpack::zstd};

Packed random_bytes(std::size_t size) {
    std::mt19937_64 random(size);
    Packed bytes(size);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
}
std::string refusal(const Packed& file, Bytes most = 1_MiB) {
    const auto kernel = unpack_kernel("Image.x", file, unpackers, most);
    if (kernel) return *kernel ? "unpacked" : "not packed";
    return kernel.error().message;
}
Packed joined(Packed a, const Packed& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

TEST_CASE("A kernel comes out as it was packed, bare and out of a program for UEFI") {
    // One that packs well, one that does not, and sizes about those of the pieces in which it is unpacked.
    for (const Packed& kernel : {small_kernel(300'000), joined(small_kernel(4096), random_bytes(65'536)),
                                 random_bytes(65'535), random_bytes(65'536), random_bytes(1)})
        for (const auto& pack : {gzipped, zstandard})
            for (const bool uefi : {false, true}) {
                const Packed file = uefi ? self_unpacking(pack(kernel), "gzip") : pack(kernel);
                const auto out = unpack_kernel("Image.x", file, unpackers, Bytes{kernel.size()});
                REQUIRE(out);
                REQUIRE(*out);
                CHECK((*out)->name() == "Image.x, unpacked,");
                CHECK(std::ranges::equal((*out)->bytes(), kernel));
                CHECK_THAT(refusal(file, Bytes{kernel.size() - 1}),
                           Catch::Contains("which is all that there is room for"));
            }
}

TEST_CASE("What is not packed, or in another way, is left to who knows it") {
    CHECK(refusal(small_kernel(4096)) == "not packed");
    CHECK(refusal({}) == "not packed");
    CHECK(refusal(self_unpacking(small_kernel(64), "lzma")) == "not packed");
    const auto without = unpack_kernel("Image.x", gzipped(small_kernel(4096)), std::span(unpackers).last(1),
                                       1_MiB);
    REQUIRE(without);
    CHECK_FALSE(*without);
}

TEST_CASE("Several files that were packed one by one unpack to one, and zeros behind them are padding") {
    const Packed first = small_kernel(5000), second = random_bytes(70'000);
    for (const auto& pack : {gzipped, zstandard}) {
        const auto out = unpack_kernel("Image.x", joined(pack(first), pack(second)), unpackers, 1_MiB);
        REQUIRE(out);
        CHECK(std::ranges::equal((*out)->bytes(), joined(first, second)));
    }
    CHECK(refusal(joined(gzipped(first), Packed(511))) == "unpacked");
    CHECK(refusal(joined(gzipped(first), Packed(1, std::byte{1}))) ==
          "Image.x goes on after what gzip packed, with bytes that it does not know: it is damaged; copy it "
          "again");
    CHECK_THAT(refusal(joined(zstandard(first), random_bytes(16))), Catch::Contains("damaged"));
}

TEST_CASE("No length of a truncated file unpacks, and no changed bit goes unseen or reads past the end") {
    const Packed kernel = joined(small_kernel(200), random_bytes(300));
    for (const auto& pack : {gzipped, zstandard})
        for (const bool uefi : {false, true}) {
            const Packed whole = uefi ? self_unpacking(pack(kernel), "zstd") : pack(kernel);
            // Behind a kernel that unpacks itself lies what the size in its header leaves out.
            const std::size_t needed = uefi ? whole.size() - after_the_payload : whole.size();
            for (std::size_t size = 0; size != needed; ++size) {
                const Packed part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
                INFO(size);
                CHECK(refusal(part) != "unpacked");
            }
            if (uefi) continue;
            for (std::size_t bit = 0; bit != 8 * whole.size(); ++bit) {
                Packed changed = whole;
                changed[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
                const auto out = unpack_kernel("Image.x", changed, unpackers, 1_MiB);
                // Some bits mean nothing, such as the time in gzip's header.
                if (out && *out) CHECK(std::ranges::equal((*out)->bytes(), kernel));
            }
        }
    CHECK(refusal(Packed{std::byte{0x1f}, std::byte{0x8b}}) ==
          "Image.x ends before what gzip packed does: it is truncated; copy it again");
    CHECK(refusal(gzipped({})) == "Image.x is packed by gzip, and nothing comes out of it; pack it again");
}

TEST_CASE("A little file that unpacks to gigabytes takes no memory, and lies about sizes are not believed") {
    // 64 MiB of zeros, thirty times over.
    const Packed once = gzipped(Packed(64 << 20));
    Packed bomb;
    for (int i = 0; i != 30; ++i) bomb = joined(std::move(bomb), once);
    CHECK(refusal(bomb, 256_MiB) ==
          "Image.x is packed by gzip, and more than 256 MiB come out of it, which is all that there is room "
          "for: give the machine more RAM, or a smaller kernel");
    // What gzip says of the size, in the last four bytes, is checked like the rest.
    Packed lies = gzipped(small_kernel(4096));
    std::fill(lies.end() - 4, lies.end(), std::byte{0xff});
    CHECK_THAT(refusal(lies), Catch::Contains("damaged"));
    // A frame of zstd that says it has 2^64 - 1 bytes: magic, 8 bytes of size in one segment, no block.
    Packed huge(64, std::byte{0xff});
    std::ranges::copy(
        std::array{std::byte{0x28}, std::byte{0xb5}, std::byte{0x2f}, std::byte{0xfd}, std::byte{0xe0}},
        huge.begin());
    CHECK_THAT(refusal(huge), Catch::Contains("damaged"));
}

TEST_CASE("Where a kernel that unpacks itself says that it is packed is checked") {
    const Packed good = self_unpacking(gzipped(small_kernel(4096)), "gzip");
    const auto with = [&](std::uint32_t offset, std::uint32_t size) {
        Packed file = good;
        write_memory<std::uint32_t>(file.data() + 8, offset);
        write_memory<std::uint32_t>(file.data() + 12, size);
        return refusal(file);
    };
    constexpr std::uint32_t all = 0xffff'ffff;
    CHECK_THAT(with(all, all), Catch::Contains("ends at byte 8589934590: it is truncated; copy it again"));
    CHECK_THAT(with(0, all), Catch::Contains("is truncated"));
    CHECK_THAT(with(all, 0), Catch::Contains("is truncated"));
    CHECK(with(static_cast<std::uint32_t>(good.size()), 0) == "not packed");
    CHECK(with(0, static_cast<std::uint32_t>(good.size())) == "not packed");  // it holds itself
}
