"""What wirewrap needs of a WORKSPACE, its own or another's:

    local_repository(name = "wirewrap", path = "…")
    load("@wirewrap//third_party:dependencies.bzl", "wirewrap_dependencies")
    wirewrap_dependencies()
"""

load("//third_party:debian.bzl", "debian_folder", "debian_library", "tree_folder")

# Repository, Debian package, a header of it, and what else debian_library is told. These two carry the target names of the
# Bazel Central Registry, so that the same BUILD files serve MODULE.bazel.
_MODULES = [
    ("boost_hana", "libboost-dev (Debian 12: libboost1.81-dev)", "boost/hana.hpp", {"target": "boost.hana"}),
    ("range_v3", "librange-v3-dev", "range/v3/all.hpp", {"target": "range-v3"}),
]
LIBRARIES = [
    ("libdw", "libdw-dev", "elfutils/libdw.h", {"target": "dw", "link": ["-ldw"]}),
    ("libfdt", "libfdt-dev", "libfdt.h", {"target": "fdt", "link": ["-lfdt"]}),
    ("libz", "zlib1g-dev", "zlib.h", {"target": "z", "link": ["-lz"]}),
    ("xbyak", "libxbyak-dev", "xbyak/xbyak.h", {}),
    ("zstd", "libzstd-dev", "zstd.h", {"link": ["-lzstd"]}),
    ("nlohmann_json", "nlohmann-json3-dev", "nlohmann/json.hpp", {"target": "json"}),
]

def wirewrap_dependencies():
    """Declares the repositories of Debian's packages that the rooms of the library use, and those that Bazel itself asks for
    where nothing is fetched; what the WORKSPACE has already stays as it is.
    """

    # rules_cc and the coverage tools are stubs: Bazel only loads them.
    _unless_there(tree_folder, name = "rules_cc", folder = "rules_cc")
    _unless_there(tree_folder, name = "remote_coverage_tools", folder = "remote_coverage_tools")
    for name, package, folders in [
        ("platforms", "bazel-bootstrap", ["tools/platforms", "platforms"]),
        ("rules_python", "bazel-rules-python", ["rules/python"]),  # Bazel 7
        ("rules_java", "bazel-rules-java", ["rules/java"]),
        ("rules_proto", "bazel-rules-proto", ["rules/proto"]),
        ("bazel_skylib", "bazel-skylib", ["tools/skylib"]),
    ]:
        _unless_there(
            debian_folder,
            name = name,
            package = package,
            folders = ["/usr/share/bazel/" + folder for folder in folders],
        )

    for name, package, header, options in _MODULES + LIBRARIES:
        _unless_there(debian_library, name = name, package = package, header = header, **options)

def _unless_there(rule, name, **kwargs):
    if not native.existing_rule(name):
        rule(name = name, **kwargs)
