# How guests begin that are written in C, for up to four harts: each takes a stack of its own and runs `main(hart, argument)`, traps
# go to `on_trap(cause)`. They are in RAM as ram.ld has it.
    .section .text.start
    .globl _start
_start:
    csrr a0, mhartid
    la t0, stacks
    slli t1, a0, 12
    add sp, t0, t1
    li t1, 4096
    add sp, sp, t1
    la t0, trap_entry
    csrw mtvec, t0
    call main
    .globl idle
idle:
    wfi
    j idle

    .balign 4
    .globl trap_entry
trap_entry:
    addi sp, sp, -128
    sd ra, 0(sp)
    sd t0, 8(sp)
    sd t1, 16(sp)
    sd t2, 24(sp)
    sd t3, 32(sp)
    sd t4, 40(sp)
    sd t5, 48(sp)
    sd t6, 56(sp)
    sd a0, 64(sp)
    sd a1, 72(sp)
    sd a2, 80(sp)
    sd a3, 88(sp)
    sd a4, 96(sp)
    sd a5, 104(sp)
    sd a6, 112(sp)
    sd a7, 120(sp)
    csrr a0, mcause
    call on_trap
    ld ra, 0(sp)
    ld t0, 8(sp)
    ld t1, 16(sp)
    ld t2, 24(sp)
    ld t3, 32(sp)
    ld t4, 40(sp)
    ld t5, 48(sp)
    ld t6, 56(sp)
    ld a0, 64(sp)
    ld a1, 72(sp)
    ld a2, 80(sp)
    ld a3, 88(sp)
    ld a4, 96(sp)
    ld a5, 104(sp)
    ld a6, 112(sp)
    ld a7, 120(sp)
    addi sp, sp, 128
    .globl trap_return
trap_return:
    mret

    .bss
    .balign 16
stacks:
    .skip 16384
