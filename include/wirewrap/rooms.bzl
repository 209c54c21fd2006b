"""The rooms of the library and what each may use: a room uses only rooms that stand above it.

A new room is a row here and a BUILD file like its neighbours'. //tests:layers_test holds every #include to this table.
"""

load("@rules_cc//cc:defs.bzl", "cc_library")

ROOMS = {
    "base": [],
    "board": ["base", "@boost_hana//:boost.hana"],
    "address_space": ["board"],
    "hostmem": ["base"],
    "machine": ["address_space", "hostmem", "@boost_hana//:boost.hana"],
    "device": ["base"],
    "virtio": ["base"],
    "cpu": ["base"],
    "config": ["board", "hostmem", "@nlohmann_json//:json"],
    "files": ["board"],
    "fdt": ["board", "device", "virtio", "@libfdt//:fdt"],
    "loader": ["base"],
    "emulator": ["machine", "device", "cpu", "loader"],
    "console": ["emulator", "hostmem"],
    "jit": ["cpu", "hostmem", "@xbyak"],
    "state": ["machine"],
    "debug": ["console", "state", "files"],
    "zstd": ["state", "@zstd//:zstd"],
    "qemu": ["machine"],
    "vhost": ["machine"],
    "backend": ["virtio", "hostmem"],
    "trace": ["cpu", "files"],
    "fuzz": ["emulator", "state"],
}

# Rooms that need an installed library to link with, or one kind of host; //:wirewrap stays header-only and leaves them out.
LINKED_ROOMS = ["fdt", "jit", "zstd"]

# Headers that a room's umbrella leaves out, each a library of its own, for they need what the room does not.
APART = {
    "board/query.hpp": "@range_v3//:range-v3",
    "loader/gzip.hpp": "@libz//:z",
    "loader/zstd.hpp": "@zstd//:zstd",
    "trace/bus_json.hpp": "@nlohmann_json//:json",
    "trace/function_coverage.hpp": "@libdw//:dw",
    "trace/line_coverage.hpp": "@libdw//:dw",
}

# Headers, or folders of them, that a room's umbrella leaves out although they need nothing else, and why.
NOT_IN_UMBRELLAS = {
    "config/help.hpp": "names every option and backend; who prints help includes it",
    "config/json_object.hpp": "brings nlohmann-json's parser into every file; who takes JSON includes it",
    "cpu/riscv/dispatch_fast.hpp": "thousands of handlers; who names the policy pays for it",
    "cpu/riscv/fast/": "thousands of handlers; who names the policy pays for it",
    "cpu/riscv/meaning.hpp": "operations by their enumerator; the policies above include it",
    "cpu/riscv/fused.hpp": "regions that are compiled for one program; who names the policy pays for it",
    "emulator/shared_bus.hpp": "threads and locks; who runs harts on threads includes threaded_emulator.hpp",
    "emulator/threaded_emulator.hpp": "threads and locks; who runs harts on threads includes it",
    "cpu/riscv/fused/": "regions that are compiled for one program; who names the policy pays for it",
}

def room(name):
    """The library of one folder: its headers and its umbrella header, `<wirewrap/NAME.hpp>`."""
    rooms = ["//include/wirewrap/" + use for use in ROOMS[name] if not use.startswith("@")]
    libraries = [use for use in ROOMS[name] if use.startswith("@")]
    native.filegroup(
        name = "headers",
        data = [room + ":headers" for room in rooms],
        srcs = native.glob(["**/*.hpp"]) + ["//include/wirewrap:%s_umbrella" % name],
        visibility = ["//visibility:public"],
    )
    apart = {
        header.split("/")[1]: library
        for header, library in APART.items()
        if header.split("/")[0] == name
    }
    for header, library in apart.items():
        cc_library(
            name = header[:-len(".hpp")],
            hdrs = [header],
            strip_include_prefix = "/include",
            visibility = ["//visibility:public"],
            deps = [":" + name, library],
        )
    cc_library(
        name = name,
        hdrs = native.glob(["**/*.hpp"], exclude = apart.keys()) +
               ["//include/wirewrap:%s_umbrella" % name],
        strip_include_prefix = "/include",
        visibility = ["//visibility:public"],
        deps = rooms + libraries,
    )
