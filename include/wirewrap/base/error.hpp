// Run-time failures are values: a function that can fail returns `Expected<T>`, and the error is a sentence that names
// the rule, both culprits, exact bytes and the remedy. The library never prints, exits or throws it.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous>::create({.ram_size = 48_MiB});
//     if (!machine) std::cerr << machine.error().message << '\n';
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/text.hpp>

namespace wirewrap {

/// Why something was refused, as one sentence for a person.
struct Error {
    std::string message;

    friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
using Expected = std::expected<T, Error>;

/// `return fail("cannot open ", path, ": ", reason);`
template <class... Parts>
std::unexpected<Error> fail(Parts... parts) {
    return std::unexpected(Error{sentence(parts...).string()});
}

}  // namespace wirewrap
