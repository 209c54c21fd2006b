# Calls program() in M mode and prints, as sixteen bytes, its result and the number of instructions it took; then powers
# off through the test finisher.
    .option norvc
    .section .text.start, "ax"
    .globl _start
_start:
    la sp, stack_top
    csrr s0, minstret
    call program
    csrr s1, minstret
    sub s1, s1, s0
    li t0, 0x10000000           # UART
    li t1, 16
print:
    andi t2, a0, 0xff
    sb t2, 0(t0)
    srli a0, a0, 8
    addi t1, t1, -1
    li t2, 8
    bne t1, t2, more
    mv a0, s1
more:
    bnez t1, print
    li t0, 0x100000             # test finisher
    li t1, 0x5555
    sw t1, 0(t0)
    j .

    .bss
    .align 4
    .space 16384
stack_top:
