"""Machines that are namespaces, joined by a network of our own; see docs/internals/netlab.md."""
