# Where a kernel's image begins: the start of RAM, in machine mode, nothing set up.
    .section .text.start, "ax"
    .globl _start
_start:
    csrr    t0, mhartid
1:  bnez    t0, 1b
    la      sp, stack_top
    la      a0, arena
    csrr    s0, minstret
    call    kernel
    csrr    s1, minstret
    sub     a1, s1, s0
    call    report
    li      t0, 0x100000            # QEMU 7.2, hw/riscv/virt.c: VIRT_TEST
    li      t1, 0x5555              # include/hw/misc/sifive_test.h: FINISHER_PASS
    sw      t1, 0(t0)
2:  j       2b
