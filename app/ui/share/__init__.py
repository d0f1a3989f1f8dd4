"""The window's part of shared programs: tabs, consent, floor, copies, pointers.

`centre` is its door: it holds the board and a tab for each share. Panes know the model only.
"""
