"""A library that a Debian package has installed, as a Bazel repository with one target.

Its headers stay where they are, on the compiler's default path: warnings inside them are silent, as in any system header.
"""

_BUILD = """
cc_library(
    name = "{target}",
    hdrs = {headers},
    includes = {includes},
    linkopts = {link},
    visibility = ["//visibility:public"],
)
"""

def _library(context, link, headers = []):
    context.file("BUILD", _BUILD.format(
        target = context.attr.target or context.name,
        headers = headers,
        includes = ["include"] if headers else [],
        link = link,
    ))

def _debian_library(context):
    header, newer = context.attr.header, context.attr.newer_header
    if context.path("/usr/include/" + header).exists:
        _library(context, context.attr.link)
    elif newer and context.path("/usr/include/" + newer).exists:
        context.file("include/" + header, "#pragma once\n#include <%s>\n%s" % (newer, context.attr.newer_text))
        _library(context, context.attr.newer_link, ["include/" + header])
    else:
        fail("/usr/include/%s is missing: install the Debian package %s" % (header, context.attr.package))

debian_library = repository_rule(
    implementation = _debian_library,
    doc = "Declares @NAME//:TARGET.",
    local = True,
    attrs = {
        "package": attr.string(mandatory = True, doc = "The Debian package."),
        "header": attr.string(mandatory = True, doc = "A header of it, which shows that it is installed."),
        "target": attr.string(doc = "The target's name, by default the repository's."),
        "link": attr.string_list(doc = "Linker flags; none for a header-only library."),
        "newer_header": attr.string(doc = "What newer releases have in the place of `header`, which then includes it."),
        "newer_text": attr.string(doc = "What stands behind that: names that newer releases have changed."),
        "newer_link": attr.string_list(doc = "Linker flags of newer releases."),
    },
)

def _symlink_entries(context, folder):
    for entry in folder.readdir():
        context.symlink(entry, entry.basename)

def _debian_folder(context):
    for folder in context.attr.folders:
        if context.path(folder).exists:
            _symlink_entries(context, context.path(folder))
            return
    fail("%s: none of %s exists: install the Debian package %s" %
         (context.name, ", ".join(context.attr.folders), context.attr.package))

debian_folder = repository_rule(
    implementation = _debian_folder,
    doc = "A repository that a Debian package has installed, in one of several places.",
    local = True,
    attrs = {
        "package": attr.string(mandatory = True, doc = "The Debian package."),
        "folders": attr.string_list(mandatory = True, doc = "Where releases have it; the first that exists is taken."),
    },
)

def _tree_folder(context):
    _symlink_entries(context, context.path(Label("//third_party:BUILD")).dirname.get_child(context.attr.folder))

tree_folder = repository_rule(
    implementation = _tree_folder,
    doc = "A folder beside this file as a repository, also for a WORKSPACE that is not this tree's.",
    local = True,
    attrs = {"folder": attr.string(mandatory = True)},
)
