# Two harts: each takes a stack of its own, hart 0 runs `main` and hart 1 `second`.
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
    bnez a0, 1f
    call main
0:  wfi
    j 0b
1:  call second
    j 0b

    .balign 4
    .globl trap_entry
trap_entry:
    addi sp, sp, -64
    sd ra, 0(sp)
    sd t0, 8(sp)
    sd t1, 16(sp)
    sd a0, 24(sp)
    sd a1, 32(sp)
    sd a4, 40(sp)
    sd a5, 48(sp)
    csrr a0, mcause
    call on_trap
    ld ra, 0(sp)
    ld t0, 8(sp)
    ld t1, 16(sp)
    ld a0, 24(sp)
    ld a1, 32(sp)
    ld a4, 40(sp)
    ld a5, 48(sp)
    addi sp, sp, 64
    .globl trap_return
trap_return:
    mret

    .bss
    .balign 16
stacks:
    .skip 8192
