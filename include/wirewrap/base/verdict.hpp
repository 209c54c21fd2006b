// What a rule says: nothing when it is content, otherwise a sentence. The same constexpr function answers the compiler
// and the running program, so both read the same text.
//
//     constexpr Verdict fits(Bytes n) {
//         if (n <= 64_MiB) return accepted();
//         return refused("at most 64 MiB, not ", n);
//     }
//     constexpr auto objection = fixed_text<[] { return fits(65_MiB).reason(); }>();
//     static_assert(Accepted<Says<objection>>);      // does not compile; the compiler prints the sentence whole
#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/spoken.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

class Verdict {
public:
    constexpr Verdict() = default;
    constexpr explicit Verdict(Text reason) : reason_(std::move(reason)) {}

    constexpr bool accepted() const { return reason_.empty(); }
    constexpr explicit operator bool() const { return accepted(); }
    constexpr std::string_view view() const { return reason_.view(); }
    /// The sentence; empty when accepted.
    constexpr const Text& reason() const { return reason_; }
    [[gnu::cold, gnu::noinline]] Error error() const { return Error{reason_.string()}; }

private:
    Text reason_;
};

constexpr Verdict accepted() { return {}; }
template <class... Parts>
[[gnu::always_inline]] constexpr Verdict refused(const Parts&... parts) {
    return Verdict(sentence(parts...));
}

/// Sentences as a type. A concept over this type is what every compiler prints whole in a diagnostic; a
/// `static_assert` in a class template or a constraint over a value is cut short by one or the other.
template <Spoken... Sentences>
struct Says {
    // No fold: clang takes 256 operands at most.
    static constexpr bool nothing = [] {
        for (const bool empty : {true, Sentences.empty()...})
            if (!empty) return false;
        return true;
    }();
};

/// Satisfied when nothing is said against it.
template <class Sentences>
concept Accepted = Sentences::nothing;

}  // namespace wirewrap
