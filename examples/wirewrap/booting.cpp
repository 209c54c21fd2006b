#include "examples/wirewrap/booting.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include <wirewrap/loader/gzip.hpp>
#include <wirewrap/loader/zstd.hpp>

namespace command {

using namespace wirewrap;

namespace {

// Debian packages opensbi and u-boot-qemu.
constexpr auto debian_opensbi = "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.elf";
constexpr auto debian_u_boot = "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin";

Expected<Image> read_default(const char* path, const char* package, const char* option) {
    auto image = read_file(path);
    if (!image)
        return fail(image.error().message, ", install the Debian package ", package, ", or use ", option,
                    " FILE");
    return image;
}

/// Options that only make sense together with others.
Expected<void> check_together(const RunRequest& request) {
    if (request.append && !request.kernel)
        return fail("-append is the command line of a kernel, and there is none: give -kernel FILE, or leave "
                    "-append out");
    if (request.initrd && !request.kernel)
        return fail("-initrd is for a kernel, and there is none: give -kernel FILE, or leave -initrd out");
    if (request.kernel && request.flash[1])
        return fail("what flash bank 1 holds, ", *request.flash[1], ", is started in place of the kernel ",
                    *request.kernel, ": leave one of them out");
    return {};
}

/// Text in records of Intel's HEX format, the first of which is whole: a colon, digits in pairs, and the bytes add up to 0.
bool is_intel_hex(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (!text.starts_with(':')) return false;
    const std::string_view digits = text.substr(1, text.find_first_of("\r\n") - 1);
    if (digits.size() < 10 || digits.size() % 2 != 0 || digits.size() > 2 * 260) return false;
    unsigned sum = 0;
    for (std::size_t i = 0; i != digits.size(); i += 2) {
        unsigned byte = 0;
        const char* const end = digits.data() + i + 2;
        if (std::from_chars(digits.data() + i, end, byte, 16).ptr != end) return false;
        sum += byte;
    }
    return sum % 256 == 0;
}

Expected<Image> made_of(const LoaderRequest& request) {
    if (request.file) {
        auto image = read_file(*request.file);
        if (image && !request.raw && is_intel_hex(image->bytes()))
            return fail(
                *request.file,
                " has records of Intel's HEX format, which are not read here: make an image with `objcopy "
                "-I ihex -O binary ",
                *request.file, " FILE` and give that with addr=, or force-raw=on to load the text");
        return image;
    }
    auto bytes = std::make_unique<std::byte[]>(request.data.size());
    std::ranges::copy(request.data, bytes.get());
    return Image("-device loader,data=", std::move(bytes), request.data.size());
}

Expected<void> read_kernel(const std::string& path, Bytes ram, std::optional<Image>& to) {
    auto image = read_file(path);
    if (!image) return std::unexpected(image.error());
    constexpr std::array unpackers{unpack::gzip, unpack::zstd};
    auto unpacked = unpack_kernel(image->name(), image->bytes(), unpackers, ram);
    if (!unpacked) return std::unexpected(unpacked.error());
    to = std::move(*unpacked ? **unpacked : *image);
    return {};
}

}  // namespace

Expected<Images> read_images(const RunRequest& request, Bytes ram) {
    if (const auto together = check_together(request); !together) return std::unexpected(together.error());
    Images images;
    const auto read = [](const std::string& path, std::optional<Image>& to) -> Expected<void> {
        auto image = read_file(path);
        if (!image) return std::unexpected(image.error());
        to = std::move(*image);
        return {};
    };
    const auto by_default = [](Expected<Image> image, std::optional<Image>& to) -> Expected<void> {
        if (!image) return std::unexpected(image.error());
        to = std::move(*image);
        return {};
    };
    const bool none = request.bios == "none", debian = !request.bios || request.bios == "default";
    Expected<void> done;
    if (debian)
        done = by_default(read_default(debian_opensbi, "opensbi", "-bios"), images.firmware);
    else if (!none)
        done = read(*request.bios, images.firmware);
    if (!done) return std::unexpected(done.error());

    const bool more = request.flash[0] || request.flash[1] || !request.loaders.empty();
    if (request.kernel)
        done = read_kernel(*request.kernel, ram, images.kernel);
    else if (debian && !more)
        done = by_default(read_default(debian_u_boot, "u-boot-qemu", "-kernel"), images.kernel);
    if (!done) return std::unexpected(done.error());

    if (request.initrd) done = read(*request.initrd, images.initrd);
    if (request.tree && done) done = read(*request.tree, images.tree);
    for (std::size_t i = 0; i != images.flash.size() && done; ++i)
        if (request.flash[i]) done = read(*request.flash[i], images.flash[i]);
    if (!done) return std::unexpected(done.error());
    for (const LoaderRequest& loader : request.loaders) {
        if (!loader.file && loader.data.empty()) {
            images.start = GuestAddress{loader.address};
            continue;
        }
        auto image = made_of(loader);
        if (!image) return std::unexpected(image.error());
        images.others.push_back({std::move(*image), loader});
    }
    if (none && !images.kernel && !more)
        return fail(
            "-bios none leaves nothing to run; give -kernel FILE, -pflash FILE or -device loader,file=FILE");
    return images;
}

RiscvImages boot_images(const Images& images, std::vector<RiscvExtraImage>& others) {
    const auto named = [](const std::optional<Image>& image) {
        return image ? std::optional(NamedBytes{image->name(), image->bytes()}) : std::nullopt;
    };
    for (const ExtraImage& extra : images.others)
        others.push_back({.image = {extra.image.name(), extra.image.bytes()},
                          .address = GuestAddress{extra.request.address},
                          .raw = extra.request.raw,
                          .starts = extra.request.starts});
    constexpr GuestAddress flash0{0x2000'0000}, flash1{0x2200'0000};  // of riscv64/virt
    RiscvImages boot{.firmware = named(images.firmware),
                     .kernel = named(images.kernel),
                     .initrd = named(images.initrd),
                     .others = others,
                     .without_firmware = "run it without firmware: -bios none -kernel FILE, or -bios FILE"};
    if (images.flash[0]) boot.target = flash0;
    if (images.flash[1]) boot.next = flash1;
    return boot;
}

Expected<void> check_bank(std::string_view bank, Bytes size, const Image& file) {
    const Bytes has{file.bytes().size()};
    if (has == size) return {};
    return fail(file.name(), " has ", has.count, " bytes, and ", bank, " takes exactly ", size.count, ", ",
                size,
                has < size ? sentence("; lengthen it: truncate -s ", size.count, " FILE")
                           : sentence("; give a smaller one"));
}

}  // namespace command
