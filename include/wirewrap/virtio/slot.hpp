// A place for a virtio device of whatever kind, or for none: the slots of a board whose devices are chosen when it is started.
//
//     VirtioSlot slot;                                            // DeviceID 0: nothing is there
//     slot.device().put<Block>().attach(image);
//
// A board that knows what it has names it: `device<"disk", virtio::Mmio<virtio::Block>>(…)`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <variant>

#include <wirewrap/virtio/block.hpp>
#include <wirewrap/virtio/console.hpp>
#include <wirewrap/virtio/device.hpp>
#include <wirewrap/virtio/entropy.hpp>
#include <wirewrap/virtio/mmio.hpp>
#include <wirewrap/virtio/net.hpp>

namespace wirewrap::virtio {

/// Nothing, or one of `Ds`.
template <VirtioDevice... Ds>
class OneOf {
    struct Nothing {};

public:
    static constexpr std::size_t queues = std::max({Ds::queues...});

    /// Puts a new D there, in the place of what was.
    template <class D>
    D& put() {
        return what_.template emplace<D>();
    }
    void take_out() { what_.template emplace<Nothing>(); }
    /// nullptr when something else is there.
    template <class D>
    D* get() {
        return std::get_if<D>(&what_);
    }
    template <class D>
    const D* get() const {
        return std::get_if<D>(&what_);
    }

    DeviceId id() const {
        return ask(DeviceId::none, [](const auto& d) { return d.id(); });
    }
    std::uint64_t features() const {
        return ask(std::uint64_t{0}, [](const auto& d) { return d.features(); });
    }
    /// 0: what is there has no such queue.
    std::uint16_t queue_size(std::size_t number) const {
        return ask(std::uint16_t{0}, [&]<class D>(const D&) -> std::uint16_t {
            return number < D::queues ? D::queue_size : 0;
        });
    }
    std::uint8_t configuration(std::size_t offset) const {
        return ask(std::uint8_t{0}, [&](const auto& d) { return d.configuration(offset); });
    }
    void agree(std::uint64_t features) {
        change([&](auto& d) { d.agree(features); });
    }
    void configure(std::size_t offset, std::uint8_t byte) {
        change([&](auto& d) { d.configure(offset, byte); });
    }
    void reset() {
        change([](auto& d) { d.reset(); });
    }
    template <DeviceBus Bus>
    Served serve(std::size_t number, Queue& queue, Bus& bus) {
        Served served;
        change([&]<class D>(D& d) {
            if (number < D::queues) served = d.serve(number, queue, bus);
        });
        return served;
    }

    /// What is there is the same before and after: the transport has compared the ids.
    template <class Archive>
    void state(Archive& archive) {
        change([&](auto& d) { d.state(archive); });
    }

private:
    template <class T, class Question>
    T ask(T nothing, Question question) const {
        return std::visit(
            [&]<class D>(const D& d) -> T {
                if constexpr (std::same_as<D, Nothing>)
                    return nothing;
                else
                    return question(d);
            },
            what_);
    }
    template <class Change>
    void change(Change change) {
        std::visit(
            [&]<class D>(D& d) {
                if constexpr (!std::same_as<D, Nothing>) change(d);
            },
            what_);
    }

    std::variant<Nothing, Ds...> what_;
};

}  // namespace wirewrap::virtio

namespace wirewrap {

/// A slot for any device that there is.
using VirtioSlot = virtio::Mmio<virtio::OneOf<virtio::Block, virtio::Entropy, virtio::Console, virtio::Net>>;

}  // namespace wirewrap
