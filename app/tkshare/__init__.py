"""Shared programs: any Tk or Qt program, unchanged, used by everyone at once."""
