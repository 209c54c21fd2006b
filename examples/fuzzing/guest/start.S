# Where a case begins: a0 and a1 are the input and its size. It ends at the WFI, and so does whatever traps.
    .section .text.start, "ax"
    .globl _start
_start:
    la      sp, stack_top
    la      t0, done
    csrw    mtvec, t0
    call    parse
    .balign 4
done:
    wfi
    j       done
