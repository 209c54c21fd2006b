#!/bin/bash
# Guess: __builtin_clz(0) is undefined, so the compiler refuses it in a constant expression, as it refuses each other
# undefined operation there.
# Seen: g++ takes it for 32 (__builtin_ctz(0) too, and 64 of long long), where nothing of the kind is promised at run
# time. clang refuses it.
# Why it matters: a decoder or allocator that is tested by static_assert passes, and the same function answers
# otherwise when it runs; std::countl_zero is what means 32.
# Versions: g++ 12.5.0, 15.3.0 and 16.2.0 alike, clang 23.1.4 (Debian sid), -std=c++23.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

packages sid g++-12=12.5.0-11 g++-15=15.3.0-5 g++-16=16.2.0-4 clang-23=1:23.1.4-2
cat >"$root/zero.cc" <<'END'
constexpr int zeroes(unsigned word) { return __builtin_clz(word); }
static_assert(zeroes(1) == 31);
#ifdef ZERO
static_assert(zeroes(0) == 32 && __builtin_ctz(0u) == 32 && __builtin_clzll(0) == 64);
#endif
END
taken() { inside "$1" -std=c++23 -fsyntax-only "$2" /zero.cc 2>/dev/null && echo taken || echo refused; }

for compiler in g++-12 g++-15 g++-16; do
    expect "$compiler" "$(taken $compiler -UZERO) $(taken $compiler -DZERO)" 'taken taken'
done
expect clang++-23 "$(taken clang++-23 -UZERO) $(taken clang++-23 -DZERO)" 'taken refused'
