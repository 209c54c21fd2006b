"""Bazel declares the program of its command `mod`, which nothing here runs."""

def _none(context):
    context.file("BUILD", "")

_none_rule = repository_rule(implementation = _none)

buildozer_binary = module_extension(implementation = lambda context: _none_rule(name = "buildozer_binary"))
