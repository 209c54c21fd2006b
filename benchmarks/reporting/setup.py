"""Host memory: populating it, and making a machine."""

import json
import pathlib

from measuring import median, ratios, run, spread, table

PROGRAM = pathlib.Path("benchmarks/setup/setup.program")


class Setup:
    """`figures[name]` has pairs of wall and CPU milliseconds, or microseconds for `fresh/…`, one for each round."""

    def __init__(self):
        self.figures = {}

    def prepare(self):
        pass

    def _keep(self, name, wall, cpu):
        self.figures.setdefault(name, []).append((wall, cpu))

    def round(self):
        for figure in json.loads(run(str(PROGRAM), "--benchmark_format=json").output)["benchmarks"]:
            name = "/".join(part for part in figure["name"].split("/") if ":" not in part and part != "process_time")
            self._keep(name, figure["real_time"], figure["cpu_time"])
        idle = self._qemu("prealloc=off")
        for threads in (1, 2):
            self._qemu("prealloc=on,prealloc-threads=2")  # the host's first touch, at its own price
            done = self._qemu(f"prealloc=on,prealloc-threads={threads}")
            cpu = done.user + done.system - idle.user - idle.system
            self._keep(f"populate/qemu/{threads}", (done.wall - idle.wall) * 1e3, cpu * 1e3)

    @staticmethod
    def _qemu(options):
        """A machine whose CPU never runs; its monitor is told to quit as soon as the backend is there."""
        return run("sh", "-c", f"""exec qemu-system-x86_64 -machine pc,accel=tcg,memory-backend=ram -m 4G -S -nodefaults \
            -display none -object memory-backend-ram,id=ram,size=4G,{options} -monitor stdio <<END
quit
END""")  # fmt: skip

    def _wall(self, name):
        return [wall for wall, _ in self.figures[name]]

    def _cpu(self, name):
        return [cpu for _, cpu in self.figures[name]]

    def markdown(self):
        rows = [
            [who, *(f"{min(self._wall(f'populate/{key}/{n}')):.0f} / {median(self._wall(f'populate/{key}/{n}')):.0f}" for n in (1, 2))]
            for who, key in [("wirewrap", "wirewrap"), ("bare MADV_POPULATE_WRITE", "bare"), ("`qemu-system-x86_64`, beyond its start", "qemu")]
        ]
        beside = [
            spread(ratios(self._wall(f"populate/wirewrap/{n}"), self._wall(f"populate/{other}/{n}")))
            for other in ("bare", "qemu")
            for n in (1, 2)
        ]
        populated = table(["4 GiB, ms, least / median", "1 thread", "2 threads"], rows)
        compared = table(["wirewrap to …", "1 thread", "2 threads"], [["bare", *beside[:2]], ["QEMU", *beside[2:]]])
        fresh = table(
            ["64 MiB, made and given back", "µs of CPU, least", "median"],
            [
                [who, f"{min(self._cpu(name)):.1f}", f"{median(self._cpu(name)):.1f}"]
                for who, name in [
                    ("a machine", "fresh/machine"),
                    ("bare mmap and munmap", "fresh/bare"),
                    ("the same, aligned, guarded and advised as wirewrap does", "fresh/bare_aligned"),
                    ("a machine with 16 MiB, a ROM and six devices", "fresh/devices"),
                    ("bare mmap and munmap of 16 MiB", "fresh/bare_16"),
                ]
            ],
        )
        made = table(
            ["a machine to …", "CPU"],
            [
                [who, spread(ratios(self._cpu(machine), self._cpu(name)))]
                for who, machine, name in [
                    ("bare", "fresh/machine", "fresh/bare"),
                    ("aligned, guarded and advised", "fresh/machine", "fresh/bare_aligned"),
                    ("bare, with a ROM and six devices", "fresh/devices", "fresh/bare_16"),
                ]
            ],
        )
        many = table(
            ["1,000 machines of 1 GiB to …", "huge pages", "small pages"],
            [
                [who, *(spread(ratios(self._cpu(f"many/machine/{pages}"), self._cpu(f"many/{name}/{pages}"))) for pages in ("huge", "small"))]
                for who, name in [("bare", "bare"), ("bare, advised to be in huge pages", "advised")]
            ],
        )
        return f"""## RAM set-up

All with transparent huge pages. Populating is wall time, each time right after the same pages were touched and given back
once; on a virtual machine the host's own page faults are in it nevertheless: compare the least.

{populated}
{compared}
Each time where the last one was, which spares a machine that follows another the trimming of unaligned address space.

{fresh}
{made}
All at once, a byte stored in each, and given back. Bare memory that is not advised has small pages in either column.

{many}"""
