// A real qemu-storage-daemon that serves an image file as a vhost-user disk; it can be killed and started again.
//
//     StorageDaemon daemon(1_MiB);
//     connect_to(daemon.socket);
//     daemon.kill(), daemon.start();
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <utility>

#include <unistd.h>

#include <wirewrap/base/bytes.hpp>

#include <tests/support/running_qemu.hpp>

namespace wirewrap::test {

inline const std::string storage_daemon_program = qemu_folder() + "/qemu-storage-daemon";
inline bool storage_daemon_is_installed() { return std::filesystem::exists(storage_daemon_program); }

class StorageDaemon {
public:
    /// An image of zeroes. `options` go behind those of the export.
    explicit StorageDaemon(Bytes size, std::string options = ",writable=on") : options_(std::move(options)) {
        std::filesystem::remove(image);
        std::ofstream(image, std::ios::binary).close();
        std::filesystem::resize_file(image, size.count);
        start();
    }
    /// Returns when it listens.
    void start() {
        std::filesystem::remove(socket);
        const ::pid_t pid = ::fork();
        if (pid == 0)
            become({storage_daemon_program, "--blockdev",
                    "driver=file,node-name=disk,discard=unmap,filename=" + image, "--export",
                    "type=vhost-user-blk,id=e,node-name=disk,addr.type=unix,addr.path=" + socket + options_});
        child_ = Child(pid);
        for (int i = 0; i != 1000 && !listens(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    /// The socket has its name when it is bound, but takes clients only from listen(2) on (SO_ACCEPTCON).
    bool listens() const {
        std::ifstream sockets("/proc/net/unix");
        for (std::string line; std::getline(sockets, line);)
            if (line.ends_with(" " + socket) && line.find(" 00010000 ") != line.npos) return true;
        return false;
    }
    void kill() { child_.kill(); }

    const std::string image = scratch("disk.img"), socket = socket_path("disk.sock");

private:
    std::string options_;
    Child child_;
};

}  // namespace wirewrap::test
