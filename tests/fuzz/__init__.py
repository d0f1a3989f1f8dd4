"""Hostile input at length; the suite runs a little of each, the modules are commands for more."""
