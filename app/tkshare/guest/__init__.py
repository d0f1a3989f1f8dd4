"""What runs inside the process of a shared program: standard library and the toolkit, no more.

The folder works by its path (`python GUEST/tk.py 3`) with any interpreter that has the toolkit.
Its modules name each other `app.tkshare.guest...`; `start` makes that name work in a process that
has no Talkstick, and takes it away again before the program's first line, so that a program may
have an `app` of its own. Therefore: import siblings at the top of a module, never in a function.
"""
