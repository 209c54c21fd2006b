"""A library that a Debian package has installed below /usr, as a Bazel repository with one target."""

_BUILD = """
cc_library(
    name = "{target}",
    linkopts = {link},
    visibility = ["//visibility:public"],
)
"""

def debian_library(name, headers, target = None, link = []):
    """Declares @name//:target.

    Args:
      name: the repository.
      headers: the folder that holds the headers; a missing one fails the build with its path.
      target: the target's name, by default that of the repository.
      link: linker flags of the library; none for a header-only one.
    """
    native.new_local_repository(
        name = name,
        path = headers,
        build_file_content = _BUILD.format(target = target or name, link = link),
    )
