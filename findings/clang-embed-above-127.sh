#!/bin/bash
# Guess: #embed stands for numbers from 0 to 255. So a byte above 127 fits into unsigned char, is a narrowing error in
# char where 255 itself is one, and all compilers that know #embed agree.
# Seen: g++ does so. To clang 19 the byte 0xff is -1: it refuses an array of unsigned char, and as a template argument
# the number is another one, without a word. clang 23 counts to 255, and takes it in `char a[] = { #embed }`, but not
# in `char a[] = { 1, #embed }` and not in std::array<char, 2>.
# Why it matters: a ROM in a program compiles until its first byte above 127 comes, or a word is put in front of it.
# Versions: g++ 15.3.0 and 16.2.0 alike, clang 19.1.7 and 23.1.4 (Debian sid), -std=c++26.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

embed=$'\n#embed "/rom"\n'
takes() { # COMPILER DECLARATION
    printf '#include <array>\n%s\n' "$2" >"$root/rom.cc"
    if inside "$1" -std=c++26 -fsyntax-only /rom.cc 2>"$root/messages"; then
        echo taken
    else
        grep -q narrow "$root/messages" && echo narrow || cat "$root/messages"
    fi
}
first() { # COMPILER: the first number as a template argument
    local number
    for number in 255 -1; do
        printf 'template <int First, int...> constexpr int first = First;\nstatic_assert(first<%s> == %s);\n' \
            "$embed" "$number" >"$root/rom.cc"
        inside "$1" -std=c++26 -fsyntax-only /rom.cc 2>/dev/null && echo "$number"
    done || true
}
answers() { # COMPILER
    {
        takes "$1" "char a[] = {255, 1};"
        takes "$1" "char a[] = {$embed};"
        takes "$1" "char a[] = {1, $embed};"
        takes "$1" "std::array<char, 2> a = {$embed};"
        takes "$1" "unsigned char a[] = {$embed};"
        first "$1"
    } | paste -sd' '
}

packages sid g++-15=15.3.0-5 g++-16=16.2.0-4 clang-19=1:19.1.7-22+b1 clang-23=1:23.1.4-2
printf '\377\1' >"$root/rom"
expect g++-15 "$(answers g++-15)" 'narrow narrow narrow narrow taken 255'
expect g++-16 "$(answers g++-16)" 'narrow narrow narrow narrow taken 255'
expect clang++-19 "$(answers clang++-19)" 'narrow taken taken taken narrow -1'
expect clang++-23 "$(answers clang++-23)" 'narrow taken narrow narrow taken 255'
