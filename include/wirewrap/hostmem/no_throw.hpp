// Where exceptions end: the functions of this room that return `Expected` run their bodies in here, and so does every
// thread. What the standard library throws when a text or a list cannot grow comes back as an Error.
//
//     return detail::no_throw("reserving anonymous memory", [&]() -> Expected<Mapping> { … });
//     // out of memory while reserving anonymous memory: free memory on the host, or ask for less
//
// A program that is compiled with -fno-exceptions has nothing to catch; the C++ library ends it when memory runs out.
#pragma once

#include <exception>
#include <new>
#include <string_view>

#include <wirewrap/base/error.hpp>

namespace wirewrap::hostmem::detail {

/// The sentence, or as much of it as there is room for: three words fit into a string without asking for memory.
[[gnu::cold, gnu::noinline]] inline std::unexpected<Error> out_of_memory(std::string_view doing) {
#if defined(__cpp_exceptions)
    try {
        return fail("out of memory while ", doing, ": free memory on the host, or ask for less");
    } catch (const std::bad_alloc&) {}
#else
    static_cast<void>(doing);
#endif
    return std::unexpected(Error{"out of memory"});
}

#if defined(__cpp_exceptions)
/// The sentence for what is being handled, once for all bodies.
[[gnu::cold, gnu::noinline]] inline std::unexpected<Error> caught(std::string_view doing) {
    try {
        throw;
    } catch (const std::bad_alloc&) { return out_of_memory(doing); } catch (const std::exception& other) {
        try {
            return fail(doing, " failed: ", std::string_view(other.what()));
        } catch (const std::bad_alloc&) { return out_of_memory(doing); }
    }
}
#endif

/// What `body` returns, an Expected. `doing`: for sentences, "reserving anonymous memory".
template <class Body>
auto no_throw(std::string_view doing, Body&& body) -> decltype(body()) {
#if defined(__cpp_exceptions)
    try {
        return body();
    } catch (const std::exception&) { return caught(doing); }
#else
    static_cast<void>(doing);
    return body();
#endif
}

}  // namespace wirewrap::hostmem::detail
