# Where the firmware begins: the start of RAM, in machine mode, nothing set up.
    .section .text.start, "ax"
    .globl _start
_start:
    la      sp, stack_top
    call    firmware
1:  wfi
    j       1b
