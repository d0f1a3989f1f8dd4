"""The system calls that a running guest needs, by machine, for seccomp.

Not among them, and so refused: `socket` and all that names an address, `execve`, `clone` and `fork`
(the threads are there by then), `kill`, `ioctl`, `ptrace`, `mount`, `io_uring_setup`, and whatever a
kernel learns later. Numbers: arch/x86/entry/syscalls/syscall_64.tbl and
include/uapi/asm-generic/unistd.h of Linux.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Machine:
    """`seccomp` is that call's number, `audit` what the kernel calls the machine in a filter."""

    seccomp: int
    audit: int
    allowed: tuple[int, ...]


def _numbers(table: str) -> tuple[int, ...]:
    """Of `name number` pairs."""
    return tuple(sorted(int(word) for word in table.split()[1::2]))


_X86_64 = _numbers("""
    read 0  write 1  open 2  close 3  stat 4  fstat 5  lstat 6  poll 7  lseek 8
    mmap 9  mprotect 10  munmap 11  brk 12  mremap 25  madvise 28
    rt_sigaction 13  rt_sigprocmask 14  rt_sigreturn 15  sigaltstack 131  tgkill 234
    pread64 17  readv 19  writev 20  access 21  select 23  fcntl 72  getcwd 79  readlink 89
    getdents64 217  openat 257  newfstatat 262  readlinkat 267  faccessat 269  statx 332
    faccessat2 439  pselect6 270  ppoll 271  sendto 44  recvfrom 45
    sched_yield 24  sched_getaffinity 204  futex 202  set_robust_list 273  rseq 334  membarrier 324
    nanosleep 35  clock_nanosleep 230  restart_syscall 219
    gettimeofday 96  clock_gettime 228  clock_getres 229
    getpid 39  gettid 186  getuid 102  getgid 104  geteuid 107  getegid 108
    getrlimit 97  setrlimit 160  prlimit64 302  getrusage 98  sysinfo 99  uname 63  getrandom 318
    exit 60  exit_group 231
""")

_AARCH64 = _numbers("""
    read 63  write 64  readv 65  writev 66  pread64 67  lseek 62  close 57  fcntl 25  getcwd 17
    openat 56  getdents64 61  readlinkat 78  newfstatat 79  fstat 80  faccessat 48  statx 291
    faccessat2 439  pselect6 72  ppoll 73  sendto 206  recvfrom 207
    brk 214  munmap 215  mremap 216  mmap 222  mprotect 226  madvise 233
    rt_sigaction 134  rt_sigprocmask 135  rt_sigreturn 139  sigaltstack 132  tgkill 131
    sched_yield 124  sched_getaffinity 123  futex 98  set_robust_list 99  rseq 293  membarrier 283
    nanosleep 101  clock_nanosleep 115  restart_syscall 128
    gettimeofday 169  clock_gettime 113  clock_getres 114
    getpid 172  gettid 178  getuid 174  geteuid 175  getgid 176  getegid 177
    getrlimit 163  setrlimit 164  prlimit64 261  getrusage 165  sysinfo 179  uname 160
    getrandom 278  exit 93  exit_group 94
""")

MACHINES = {
    "x86_64": Machine(317, 0xC000003E, _X86_64),
    "aarch64": Machine(277, 0xC00000B7, _AARCH64),
}
"""By `platform.machine()`."""
