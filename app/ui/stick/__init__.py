"""The stick panel: where the stick is, why, what it costs everybody, and the log of the session.

`panel` is the only door; view-models hold values, views draw them, the pure parts know no Qt.
"""
