#!/bin/bash
# Guess: a hart that SBI HSM's hart_start starts begins at the address that the call gave, with the argument that it
# gave, whatever the timing.
# Seen: OpenSBI 1.1 marks the hart as one to start (STOPPED becomes START_PENDING) and writes afterwards where it shall
# begin. A hart that waits looks at the mark all the time: the software interrupt by which the cold boot woke it is
# still pending, and its wfi comes back at once. While the caller is held between the two steps, the hart goes where it
# was to go before: to the kernel's entry with the device tree in a1, as if it was the boot hart. With nobody held it
# goes where it was told. 1.6 has written the address when it changes the mark.
# Why it matters: on an emulator whose harts are host threads a kernel is entered twice, once in a long while, when the
# host takes the processor from the caller there. Both harts then boot it, over each other.
# Versions: OpenSBI 1.1 (Debian 12) and 1.6 (Debian 13), generic/fw_dynamic.bin; on QEMU 7.2.22, -machine virt with two
# harts, of which GDB 13.1 holds one (both Debian 12).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

firmware=/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin
packages trixie opensbi=1.6-1
exec 6<"$root$firmware" # can be read still when the next line has emptied the folder
packages "${qemu_riscv_7_2[@]}" opensbi=1.1-2 gdb-multiarch=13.1-3 binutils-riscv64-linux-gnu=2.40-2
cat <&6 >"$root/1.6"
cp "$root$firmware" "$root/1.1"

# The hart that comes first gives the other one time to get to its wait, starts it at `told` with 0x5eed, and stays.
cat >"$root/kernel.s" <<'END'
        .globl _start
_start: lla t0, entered
        li t1, 1
        amoswap.w t1, t1, (t0)
        bnez t1, idle
        li t1, 20000000
1:      addi t1, t1, -1
        bnez t1, 1b
        xori a0, a0, 1          # of two harts, the other
        lla a1, told
        li a2, 0x5eed
        li a7, 0x48534d         # HSM
        li a6, 0                # hart_start
        ecall
idle:   j idle
        .balign 256
told:   j told                  # 0x80200100
entered: .word 0
END
inside riscv64-linux-gnu-as -march=rv64ima -o /kernel.o /kernel.s
inside riscv64-linux-gnu-ld -Ttext=0x80200000 -o /kernel.elf /kernel.o
inside riscv64-linux-gnu-objcopy -O binary -j .text /kernel.elf /kernel

# The firmware is about to change the mark at CHANGE; the other hart's next address is OFFSET bytes behind s2 there.
# Prints that address, and where the other hart arrives: while the caller stands at HELD, or runs on, if none is given.
start() { # VERSION CHANGE OFFSET [HELD]
    local emulator hold=''
    [ $# -lt 4 ] || hold="tbreak *$4
continue
set scheduler-locking on
thread \$other"
    cat >"$root/commands" <<END
set pagination off
set confirm off
set architecture riscv:rv64
target remote /gdb
tbreak *0x80200000
continue
set \$tree = \$a1
set \$other = 3 - \$_thread
break *0x80200000
break *0x80200100
tbreak *$2
continue
set \$next = *(unsigned long *)(\$s2 + $3)
$hold
continue
printf "next is %lx, ", \$next
if \$_thread != \$other
    printf "the caller "
end
printf "arrives at %lx with ", \$pc
if \$a1 == \$tree
    printf "the tree\n"
else
    printf "%lx\n", \$a1
end
kill
END
    rm -f "$root/gdb"
    timeout 200 chroot "$root" qemu-system-riscv64 -M virt -smp 2 -m 64M -accel tcg -nodefaults -display none \
        -monitor none -serial none -bios "/$1" -kernel /kernel -S -gdb unix:/gdb,server=on,wait=off \
        2>"$root/messages" &
    emulator=$!
    for _ in {1..200}; do [ -S "$root/gdb" ] || sleep 0.1; done
    timeout 120 chroot "$root" gdb-multiarch -nx -batch -x /commands >"$root/session" 2>&1 || true
    kill $emulator 2>/dev/null || true
    wait $emulator || true
    grep -o 'next is .*' "$root/session" || tail -n 3 "$root/session" "$root/messages"
}

expect "1.1" "$(start 1.1 0x80009bde 24)" 'next is 80200000, arrives at 80200100 with 5eed'
expect "1.1, caller held" "$(start 1.1 0x80009bde 24 0x80009be2)" 'next is 80200000, arrives at 80200000 with the tree'
expect "1.6" "$(start 1.6 0x80010f72 48)" 'next is 80200100, arrives at 80200100 with 5eed'
