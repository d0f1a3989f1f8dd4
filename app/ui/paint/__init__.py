"""Drawing helpers: plain functions on a QPainter that take tokens and keep nothing.

They leave the painter as they found it. No widget, no state, no clock.
"""
