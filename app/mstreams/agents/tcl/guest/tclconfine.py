"""What the process gives up before the first script comes: memory, files, processes, the kernel.

Each layer stands alone and is reported by name if it is in force; a system that lacks one runs with
the others. They hold for the whole process, whatever a script finds in Tcl. Nothing here can be
taken back.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import struct
import sys

import tclcalls

FILES_MAX = 32
"""Open files: the socket, standard streams, and what Tcl reads while it starts an interpreter."""

_ARENA_MAX = -8  # mallopt, M_ARENA_MAX
_NO_NEW_PRIVILEGES = 38  # prctl
_NO_NEW_KEYS = (1, 0, 0, 0)

# landlock(7); system calls have the same numbers everywhere.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_READ_FILE_AND_FOLDER = 1 << 2 | 1 << 3
_RIGHTS_BY_VERSION = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF}
_RIGHTS_NEWEST = 0xFFFF

_FOREIGN_CALLS = 0x4000_0000  # x32 numbers of an x86_64 kernel begin here
_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _KILL = 0x7FFF_0000, 0x8000_0000
_NOT_PERMITTED = 0x0005_0001  # the call fails with EPERM


def limit_resources(memory_bytes: int) -> list[str]:
    """Bound memory, files and their size, for this process; returns what is in force."""
    # Each arena reserves 64 MB of address space, which would be taken for memory in use.
    library = _c_library()
    if library is not None and hasattr(library, "mallopt"):
        library.mallopt(_ARENA_MAX, 1)
    in_force = ["memory"] if limit_memory(memory_bytes) else []
    wanted = {
        "file-size": (resource.RLIMIT_FSIZE, 0),
        "files": (resource.RLIMIT_NOFILE, FILES_MAX),
        "core": (resource.RLIMIT_CORE, 0),
    }
    return in_force + [name for name, (what, value) in wanted.items() if _limit(what, value)]


def limit_memory(memory_bytes: int) -> bool:
    """Bound the address space; it can only become smaller."""
    return _limit(resource.RLIMIT_AS, memory_bytes)


def limit_processes() -> list[str]:
    """No process and no thread more than there are; root is bound by the layers below alone."""
    is_bound = _limit(resource.RLIMIT_NPROC, 0) and os.getuid() != 0
    return ["processes"] if is_bound else []


def allow_cpu(seconds: int) -> None:
    """From now on, so much processor time; the kernel ends the process when it is used up."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = int(usage.ru_utime + usage.ru_stime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, hard))


def forbid_files(readable: list[str]) -> list[str]:
    """Landlock: no file but reading below `readable`, no TCP; for this thread and its children.

    Returns "landlock" with the kernel's version of it, or nothing.
    """
    library = _c_library()
    if library is None or sys.platform != "linux":
        return []
    version = library.syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return []
    rights = _RIGHTS_BY_VERSION.get(version, _RIGHTS_NEWEST)
    network, scopes = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    rules = struct.pack("=QQQ", rights, network, scopes)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = library.syscall(_LANDLOCK_CREATE, rules, size, 0)
    if ruleset < 0:
        return []
    for path in readable:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        rule = struct.pack("=Qi", _READ_FILE_AND_FOLDER & rights, folder)
        library.syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0)
        os.close(folder)
    library.prctl(_NO_NEW_PRIVILEGES, *_NO_NEW_KEYS)
    is_bound = library.syscall(_LANDLOCK_RESTRICT, ruleset, 0) == 0
    os.close(ruleset)
    return [f"landlock {version}"] if is_bound else []


def forbid_calls() -> list[str]:
    """Seccomp: all threads may only call what a running guest needs; other calls fail."""
    library, machine = _c_library(), tclcalls.MACHINES.get(platform.machine())
    if library is None or machine is None or sys.platform != "linux":
        return []
    if struct.calcsize("P") != 8:
        return []
    numbers = machine.allowed
    lines = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, machine.audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_JUMP_AT_LEAST, len(numbers), 0, _FOREIGN_CALLS),
    ]
    for index, number in enumerate(numbers):
        lines.append((_JUMP_EQUAL, len(numbers) - index, 0, number))
    lines += [(_RETURN, 0, 0, _NOT_PERMITTED), (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("=HBBI", *line) for line in lines)
    library.prctl(_NO_NEW_PRIVILEGES, *_NO_NEW_KEYS)
    instructions = ctypes.create_string_buffer(code)
    program = struct.pack("@HP", len(lines), ctypes.addressof(instructions))
    is_bound = library.syscall(machine.seccomp, 1, 1, program) == 0
    return ["seccomp"] if is_bound else []


def _limit(what: int, value: int) -> bool:
    try:
        resource.setrlimit(what, (value, value))
    except (OSError, ValueError):
        return False
    return True


def _c_library() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None, use_errno=True)
    except OSError:
        return None
