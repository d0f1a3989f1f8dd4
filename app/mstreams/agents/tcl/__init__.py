"""The Tcl agent server. `guest/` is a program of its own, started by file path, never imported.

A site and its server speak JSON arrays: `agent run reply end limits` one way, `hello made unmade ask
done failed console ended` the other. Both ends treat the other's words as bytes from outside.
"""
