"""A target that knows nothing but a memory map: serves GDB over standard input and output, for `target remote |`.

    gdb-multiarch -ex 'target remote | python3 memory_map_stub.py map.xml' -ex 'info mem'
"""

import sys


def packets(stream):
    """The contents of the packets that come, each acknowledged."""
    while byte := stream.read(1):
        if byte != b"$":
            continue
        body = b""
        while (byte := stream.read(1)) != b"#":
            body += byte
        stream.read(2)
        sys.stdout.buffer.write(b"+")
        yield body.decode()


def answer(request, memory_map):
    name, _, rest = request.partition(":")
    if name == "qSupported":
        return "PacketSize=4000;qXfer:memory-map:read+"
    if request.startswith("qXfer:memory-map:read::"):
        begin, length = (int(number, 16) for number in request.rpartition(":")[2].split(","))
        piece = memory_map[begin : begin + length]
        return ("m" if begin + length < len(memory_map) else "l") + piece
    if request == "?":
        return "S05"
    if request == "g":
        return "0" * 16 * 33  # x0 … x31 and pc of riscv:rv64
    if request.startswith("m"):
        return "00" * int(request.partition(",")[2], 16)
    return "OK" if request[0] in "HDk" else ""


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        memory_map = file.read()
    for request in packets(sys.stdin.buffer):
        text = answer(request, memory_map)
        sys.stdout.buffer.write(f"${text}#{sum(text.encode()) % 256:02x}".encode())
        sys.stdout.buffer.flush()


main()
