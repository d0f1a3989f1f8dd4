"""The stick panel's tab *Streams and agents*: what runs where, moving it, ending it, its console.

`page` is the only door. Models hold rows, views draw them, `command` knows no Qt.
"""
