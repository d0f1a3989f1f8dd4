"""The total order as a mobile agent: who numbers the entries, where it lives, how it survives.

Nothing here does I/O; time, randomness and identity are arguments.
"""
