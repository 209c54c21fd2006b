#include "examples/wirewrap/booting.hpp"

#include <utility>

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

}  // namespace

Expected<Images> read_images(const RunRequest& request) {
    auto firmware = request.bios ? read_file(*request.bios)
                                 : read_default(debian_opensbi, "opensbi", "-bios");
    if (!firmware) return std::unexpected(firmware.error());
    Images images{std::move(*firmware), std::nullopt};
    if (request.bios && !request.kernel) return images;
    auto kernel = request.kernel ? read_file(*request.kernel)
                                 : read_default(debian_u_boot, "u-boot-qemu", "-kernel");
    if (!kernel) return std::unexpected(kernel.error());
    images.kernel = std::move(*kernel);
    return images;
}

}  // namespace command
