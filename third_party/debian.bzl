"""A library that a Debian package has installed, as a Bazel repository with one target.

Its headers stay where they are, on the compiler's default path: warnings inside them are silent, as in any system header.
"""

_BUILD = """
cc_library(
    name = "{target}",
    linkopts = {link},
    visibility = ["//visibility:public"],
)
"""

def _debian_library(context):
    if not context.path("/usr/include/" + context.attr.header).exists:
        fail("/usr/include/%s is missing: install the Debian package %s" % (context.attr.header, context.attr.package))
    context.file("BUILD", _BUILD.format(
        target = context.attr.target or context.name,
        link = context.attr.link,
    ))

debian_library = repository_rule(
    implementation = _debian_library,
    doc = "Declares @NAME//:TARGET.",
    local = True,
    attrs = {
        "package": attr.string(mandatory = True, doc = "The Debian package."),
        "header": attr.string(mandatory = True, doc = "A header of it, which shows that it is installed."),
        "target": attr.string(doc = "The target's name, by default the repository's."),
        "link": attr.string_list(doc = "Linker flags; none for a header-only library."),
    },
)
