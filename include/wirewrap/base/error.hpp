// Run-time failures are values: a function that can fail returns `Expected<T>`, and the error is a sentence that names
// the rule, both culprits, exact bytes and the remedy. The library never prints, exits or throws it.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous>::create({.ram_size = 48_MiB});
//     if (!machine) std::cerr << machine.error().message << '\n';
#pragma once

#include <expected>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <wirewrap/base/text.hpp>

namespace wirewrap {

/// Why something was refused, as one sentence for a person.
struct Error {
    Error() noexcept = default;
    // Calls of their own: errors are handed on by many functions, and by none in a hurry.
    [[gnu::noinline]] Error(std::string why) noexcept : message(std::move(why)) {}
    [[gnu::noinline]] Error(const Error&) = default;
    [[gnu::noinline]] Error(Error&&) noexcept = default;
    [[gnu::noinline]] Error& operator=(const Error&) = default;
    [[gnu::noinline]] Error& operator=(Error&&) noexcept = default;
    [[gnu::noinline]] ~Error() = default;

    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Expected = std::expected<T, Error>;

namespace detail {
[[gnu::cold, gnu::noinline]] inline std::unexpected<Error> failed(const PartKind* kinds,
                                                                  std::initializer_list<PartValue> values) {
    return std::unexpected(Error{joined(kinds, values).string()});
}
}  // namespace detail

/// `return fail("cannot open ", path, ": ", reason);`
template <class... Parts>
[[gnu::always_inline]] inline std::unexpected<Error> fail(const Parts&... parts) {
    return detail::failed(detail::part_kinds<std::decay_t<Parts>...>, {detail::part(parts).value...});
}

}  // namespace wirewrap
