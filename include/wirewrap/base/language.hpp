// What each header needs of the compiler, told once and not as the thousand errors that follow from its absence: headers
// that include no other header of wirewrap include this one first.
#pragma once

// g++ 12 and 13 call C++23 202100.
#if __cplusplus <= 202002L
#error "wirewrap needs C++23: compile with -std=c++23 (g++ 12 or newer, clang 19 or newer)."
#include <wirewrap needs C++23>  // there is no such file, which ends the compilation
#elif !__has_include(<expected>)
#error "wirewrap needs <expected>: a standard library of C++23 (libstdc++ 12 or newer, libc++ 16 or newer)."
#include <wirewrap needs a standard library of C++23>
#endif
