"""The real window as people meet it: an X server, a window manager, a mouse and a keyboard.

Nothing here calls into the program. Widgets are found as a screen reader finds them, by their role
and name (AT-SPI); what they are is done by xdotool. Each file with a `main` is a command of its own
and no part of the suite: `python -m tests.window.two_people`, `python -m tests.window.monkey`.
"""
