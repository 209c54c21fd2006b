// How a device holds on to something of the host's that it does not own, such as the file behind a disk: machines are copied,
// and a disk is not.
//
//     Link<BlockStorage> storage;
//     storage.to(image);               // until the device goes; `image` outlives it
//
// A copy that is made of the device has no disk: two machines that write to one would ruin it. What is assigned to it keeps the
// one that it has: so a machine that is reset to an earlier state, or restored from a file, goes on with its own disk.
#pragma once

#include <utility>

#include <wirewrap/base/language.hpp>

namespace wirewrap::virtio {

template <class T>
class Link {
public:
    Link() = default;
    Link(const Link&) noexcept {}
    Link(Link&& other) noexcept : target_(std::exchange(other.target_, nullptr)) {}
    Link& operator=(const Link&) noexcept { return *this; }
    Link& operator=(Link&& other) noexcept {
        if (other.target_ != nullptr) target_ = std::exchange(other.target_, nullptr);
        return *this;
    }

    void to(T& target) { target_ = &target; }
    void cut() { target_ = nullptr; }
    explicit operator bool() const { return target_ != nullptr; }
    T* operator->() const { return target_; }

private:
    T* target_ = nullptr;
};

}  // namespace wirewrap::virtio
