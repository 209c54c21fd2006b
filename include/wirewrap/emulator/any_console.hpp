// A reference to a console of any type, so that an emulator can keep one for each serial port.
//
//     Script script;
//     AnyConsole console(script);           // `script` must outlive it
//     console.print(bytes);
//     AnyConsole nobody;                    // connected to nothing
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/emulator/console.hpp>

namespace wirewrap {

namespace detail {
struct EndedName {
    WIREWRAP_MEMBER_NAME(ended);
};
struct FullName {
    WIREWRAP_MEMBER_NAME(full);
};
}  // namespace detail

class AnyConsole {
public:
    AnyConsole() = default;
    template <Console C>
    explicit AnyConsole(C& console) : console_(&console), calls_(&calls_of<C>) {
        // What is not called is not noticed either: a guest would wait for ever, or print into nothing.
        static_assert(
            ConsoleWithEnd<C> || member_kind<detail::EndedName, C>() == MemberKind::none,
            "the console's ended would never be called; a console that says that nothing more is typed has "
            "bool ended()");
        static_assert(
            ConsoleWithRoom<C> || member_kind<detail::FullName, C>() == MemberKind::none,
            "the console's full would never be called; a console that keeps what is not taken yet has bool "
            "full()");
    }

    bool connected() const { return console_ != nullptr; }
    /// The same object.
    bool same_as(const AnyConsole& other) const { return console_ == other.console_; }

    // Only when connected.
    std::optional<std::uint8_t> next(bool listening) { return calls_->next(console_, listening); }
    void print(std::span<const std::uint8_t> bytes) { calls_->print(console_, bytes); }
    void wait(std::chrono::nanoseconds time) { calls_->wait(console_, time); }
    bool closed() { return calls_->closed(console_); }
    /// A console that cannot tell may always go on.
    bool ended() { return calls_->ended(console_); }
    /// One that cannot tell waits by itself.
    bool full() { return calls_->full(console_); }

private:
    struct Calls {
        std::optional<std::uint8_t> (*next)(void*, bool);
        void (*print)(void*, std::span<const std::uint8_t>);
        void (*wait)(void*, std::chrono::nanoseconds);
        bool (*closed)(void*);
        bool (*ended)(void*);
        bool (*full)(void*);
    };
    template <class C>
    static constexpr Calls calls_of{
        [](void* console, bool listening) { return static_cast<C*>(console)->next(listening); },
        [](void* console, std::span<const std::uint8_t> bytes) { static_cast<C*>(console)->print(bytes); },
        [](void* console, std::chrono::nanoseconds time) { static_cast<C*>(console)->wait(time); },
        [](void* console) { return static_cast<C*>(console)->closed(); },
        [](void* console) {
            if constexpr (ConsoleWithEnd<C>)
                return static_cast<C*>(console)->ended();
            else
                return false;
        },
        [](void* console) {
            if constexpr (ConsoleWithRoom<C>)
                return static_cast<C*>(console)->full();
            else
                return false;
        }};

    void* console_ = nullptr;
    const Calls* calls_ = nullptr;
};

}  // namespace wirewrap
