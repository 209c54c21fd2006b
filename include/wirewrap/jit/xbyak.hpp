// The assembler.
#pragma once

#include <wirewrap/base/language.hpp>

#if !__has_include(<xbyak/xbyak.h>)
#error "<wirewrap/jit/xbyak.hpp> needs Xbyak: Debian's package is libxbyak-dev."
#endif

#if !defined(__x86_64__)
#error "wirewrap/jit makes code for x86-64 hosts; on this one use a hart without jit::Translated"
#endif

// Errors are looked at where they can happen; nothing is thrown.
#ifndef XBYAK_NO_EXCEPTION
#define XBYAK_NO_EXCEPTION
#endif
#include <xbyak/xbyak.h>
