/* Prints a kernel's checksum and the number of instructions it took, in hexadecimal, on the 16550A of QEMU's `virt`. */
#include "kernel.h"

static void print(char c) {
    volatile uint8_t* const uart = (volatile uint8_t*)0x10000000; /* QEMU 7.2, hw/riscv/virt.c: VIRT_UART0 */
    enum { LINE_STATUS = 5, TRANSMITTER_EMPTY = 0x20 };
    while (!(uart[LINE_STATUS] & TRANSMITTER_EMPTY)) continue;
    uart[0] = (uint8_t)c;
}

static void print_hex(uint64_t n) {
    for (int shift = 60; shift >= 0; shift -= 4) print("0123456789abcdef"[n >> shift & 15]);
}

void report(uint64_t checksum, uint64_t instructions) {
    print_hex(checksum);
    print(' ');
    print_hex(instructions);
    print('\n');
}
