"""What MODULE.bazel has from Debian's packages: the repositories of dependencies.bzl that are no modules themselves."""

load("//third_party:debian.bzl", "debian_library")
load("//third_party:dependencies.bzl", "LIBRARIES")

def _debian(_context):
    for name, package, header, options in LIBRARIES:
        # A repository of an extension has another name of its own, which is not the target's.
        debian_library(name = name, package = package, header = header, **dict({"target": name}, **options))

debian = module_extension(implementation = _debian)
