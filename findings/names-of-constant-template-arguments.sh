#!/bin/bash
# Guess: a template with a constant of a class as its argument has the same name in the objects of g++ and clang,
# which both follow the Itanium ABI, so that one can use what the other has instantiated.
# Seen: it has with plain members. It has not with a bit-field (to g++ its value is of the smallest type that holds
# it, to clang of the declared one) and with the address of an array's element, and the link fails. Nor do g++ 15 and
# 16 agree about a class with an empty base.
# Why it matters: boards and register layouts as template arguments, in a library that one compiler builds and another
# uses.
# Versions: g++ 15.3.0 and 16.2.0, clang 23.1.4 (Debian sid), -std=c++20.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

packages sid g++-15=15.3.0-5 g++-16=16.2.0-4 clang-23=1:23.1.4-2
cat >"$root/types.hpp" <<'END'
struct Plain { int value; bool set; char name[4]; };
struct Field { unsigned low : 3, high : 5; };
struct Empty {};
struct Derived : Empty { int value; };
inline int slots[4];
template <auto Argument> int named() { return 1; }
END

# Whether a program of one compiler is linked to an instantiation of another one.
linked() { # INSTANTIATED BY, USED BY, ARGUMENT
    printf '#include "types.hpp"\ntemplate int named<(%s)>();\n' "$3" >"$root/library.cc"
    printf '#include "types.hpp"\nextern template int named<(%s)>();\nint main() { return named<(%s)>(); }\n' \
        "$3" "$3" >"$root/program.cc"
    inside "$1" -std=c++20 -c -o /library.o /library.cc
    inside "$2" -std=c++20 -c -o /program.o /program.cc
    inside g++-16 -o /program /program.o /library.o 2>"$root/messages" && echo linked && return
    grep -m1 -o 'undefined reference' "$root/messages"
}

expect "g++ 16, clang 23, plain members" "$(linked g++-16 clang++-23 'Plain{1, true, {1, 2}}')" 'linked'
expect "g++ 16, clang 23, bit-fields" "$(linked g++-16 clang++-23 'Field{1, 2}')" 'undefined reference'
expect "g++ 16, clang 23, &slots[2]" "$(linked g++-16 clang++-23 '&slots[2]')" 'undefined reference'
expect "g++ 16, clang 23, empty base" "$(linked g++-16 clang++-23 'Derived{{}, 1}')" 'linked'
expect "g++ 15, g++ 16, bit-fields" "$(linked g++-15 g++-16 'Field{1, 2}')" 'linked'
expect "g++ 15, g++ 16, empty base" "$(linked g++-15 g++-16 'Derived{{}, 1}')" 'undefined reference'
