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

# seccomp(2): system call, audit name of the machine, and what a running guest may call. Without
# `socket`, `exec`, `clone`, `kill`, `ioctl`, and anything that is newer than this list.
_MACHINES: dict[str, tuple[int, int, tuple[int, ...]]] = {
    "x86_64": (
        317,
        0xC000003E,
        # read write open close stat fstat lstat poll lseek mmap mprotect munmap brk
        # rt_sigaction rt_sigprocmask rt_sigreturn pread64 readv writev access select sched_yield
        (*range(14), 13, 14, 15, 17, 19, 20, 21, 23, 24)
        # mremap madvise nanosleep getpid sendto recvfrom exit uname fcntl getcwd readlink
        + (25, 28, 35, 39, 44, 45, 60, 63, 72, 79, 89)
        # gettimeofday getrlimit getrusage sysinfo getuid getgid geteuid getegid sigaltstack
        + (96, 97, 98, 99, 102, 104, 107, 108, 131)
        # setrlimit gettid futex sched_getaffinity getdents64 restart_syscall clock_gettime
        + (160, 186, 202, 204, 217, 219, 228)
        # clock_getres clock_nanosleep exit_group tgkill openat newfstatat readlinkat faccessat
        + (229, 230, 231, 234, 257, 262, 267, 269)
        # pselect6 ppoll set_robust_list prlimit64 getrandom membarrier statx rseq faccessat2
        + (270, 271, 273, 302, 318, 324, 332, 334, 439),
    ),
    "aarch64": (
        277,
        0xC00000B7,
        # getcwd fcntl faccessat openat close getdents64 lseek read write readv writev pread64
        (17, 25, 48, 56, 57, 61, 62, 63, 64, 65, 66, 67)
        # pselect6 ppoll readlinkat newfstatat fstat exit exit_group futex set_robust_list
        + (72, 73, 78, 79, 80, 93, 94, 98, 99)
        # nanosleep clock_gettime clock_getres clock_nanosleep sched_getaffinity sched_yield
        + (101, 113, 114, 115, 123, 124)
        # restart_syscall tgkill sigaltstack rt_sigaction rt_sigprocmask rt_sigreturn uname
        + (128, 131, 132, 134, 135, 139, 160)
        # getrlimit setrlimit getrusage gettimeofday getpid getuid geteuid getgid getegid gettid
        + (163, 164, 165, 169, 172, 174, 175, 176, 177, 178)
        # sysinfo sendto recvfrom brk munmap mremap mmap mprotect madvise prlimit64 getrandom
        + (179, 206, 207, 214, 215, 216, 222, 226, 233, 261, 278)
        # membarrier statx rseq faccessat2
        + (283, 291, 293, 439),
    ),
}
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
    wanted = {
        "memory": (resource.RLIMIT_AS, memory_bytes),
        "file-size": (resource.RLIMIT_FSIZE, 0),
        "files": (resource.RLIMIT_NOFILE, FILES_MAX),
        "core": (resource.RLIMIT_CORE, 0),
    }
    return [name for name, (what, value) in wanted.items() if _limit(what, value)]


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


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid_calls() -> list[str]:
    """Seccomp: all threads may only call what a running guest needs; other calls fail."""
    library, machine = _c_library(), _MACHINES.get(platform.machine())
    if library is None or machine is None or sys.platform != "linux":
        return []
    if struct.calcsize("P") != 8:
        return []
    seccomp, audit, allowed = machine
    numbers = sorted(set(allowed))
    lines = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_JUMP_AT_LEAST, len(numbers), 0, _FOREIGN_CALLS),
    ]
    for index, number in enumerate(numbers):
        lines.append((_JUMP_EQUAL, len(numbers) - index, 0, number))
    lines += [(_RETURN, 0, 0, _NOT_PERMITTED), (_RETURN, 0, 0, _ALLOW)]
    code = b"".join(struct.pack("=HBBI", *line) for line in lines)
    library.prctl(_NO_NEW_PRIVILEGES, *_NO_NEW_KEYS)
    program = _Program(len(lines), code)
    is_bound = library.syscall(seccomp, 1, 1, ctypes.byref(program)) == 0
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
