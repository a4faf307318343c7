"""The commands: each parses its arguments, calls a service, prints. One module a group.

app      the tree of commands, exit codes, errors in words
context  --config, --json, settings and services of this call
show     output: tables for people, one JSON object a line for programs

Heavy modules are imported by the command that needs them: `maild --help` must be quick.
"""
