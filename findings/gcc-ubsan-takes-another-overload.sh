#!/bin/bash
# Guess: -fsanitize=undefined adds checks to a program; what is a constant, and which overload is called, stays as it
# was.
# Seen: with g++, that a function's address is no null pointer is no constant any more, with -fsanitize=null or
# nonnull-attribute alone as well. A static_assert over it is an error, and a template that asks drops out without a
# word: the other overload is called. clang says the same with and without.
# Why it matters: a table of handlers that the compiler checks (`row.handler != nullptr`) compiles in each build but
# that with sanitizers, or is another program there.
# Versions: g++ 15.3.0 and 16.2.0 alike, clang 23.1.4 (Debian sid), -std=c++23.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

packages sid g++-15=15.3.0-5 g++-16=16.2.0-4 clang-23=1:23.1.4-2
cat >"$root/overload.cc" <<'END'
void handler();
template <auto F, bool = (F != nullptr)> constexpr int chosen(int) { return 1; }
template <auto F> constexpr int chosen(long) { return 2; }
static_assert(chosen<&handler>(0) == CHOSEN);
END
cat >"$root/table.cc" <<'END'
void handler();
struct Row { int code; void (*run)(); };
constexpr Row rows[] = {{1, handler}, {2, nullptr}};
constexpr int full() {
    int count = 0;
    for (const Row& row : rows)
        if (row.run != nullptr) ++count;
    return count;
}
static_assert(full() == 1);
END
chosen() { # COMPILER OPTION: the overload that is called
    for overload in 1 2; do
        inside "$1" -std=c++23 -fsyntax-only "-DCHOSEN=$overload" "$2" /overload.cc 2>/dev/null && echo $overload
    done || true
}
table() { inside "$1" -std=c++23 -fsyntax-only "$2" /table.cc 2>/dev/null && echo taken || echo refused; }

for compiler in g++-15 g++-16; do
    expect "$compiler" "$(chosen $compiler -g) $(table $compiler -g)" '1 taken'
    for kind in undefined null nonnull-attribute; do
        expect "$compiler -fsanitize=$kind" "$(chosen $compiler -fsanitize=$kind) $(table $compiler -fsanitize=$kind)" \
            '2 refused'
    done
done
ubsan=-fsanitize=undefined
expect "clang++-23 $ubsan" "$(chosen clang++-23 $ubsan) $(table clang++-23 $ubsan)" '1 taken'
