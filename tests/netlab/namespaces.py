"""Network namespaces of Linux, without root where the system allows that.

For a process of one thread that is there for nothing else: it goes into namespaces and out again.
Nothing here outlives that process, and nothing of the machine's own network is touched.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

CLONE_NEWUSER = 0x1000_0000
CLONE_NEWNET = 0x4000_0000
TUN = Path("/dev/net/tun")
# From linux/if_tun.h.
TUNSETIFF, TUNSETCARRIER = 0x4004_54CA, 0x4004_54E2
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
CARD = "eth0"

_libc = ctypes.CDLL(None, use_errno=True)


def leave(*, as_user: bool) -> bool:
    """Go into a network of our own; with a user namespace if asked, or if there is no other way.

    Returns whether it took a user namespace.

    Raises:
        OSError: the system allows neither.
    """
    if not as_user and os.geteuid() == 0:
        with contextlib.suppress(PermissionError):
            _unshare(CLONE_NEWNET)
            return False
    user, group = os.geteuid(), os.getegid()
    _unshare(CLONE_NEWUSER | CLONE_NEWNET)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"0 {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"0 {group} 1", encoding="ascii")
    return True


def _unshare(flags: int) -> None:
    if _libc.unshare(flags):
        number = ctypes.get_errno()
        raise OSError(number, f"unshare: {os.strerror(number)}")


def here() -> int:
    """An open file that stands for the namespace this process is in, and keeps it."""
    return os.open("/proc/self/ns/net", os.O_RDONLY)


def enter(namespace: int) -> None:
    if _libc.setns(namespace, CLONE_NEWNET):
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")


@contextlib.contextmanager
def inside(namespace: int, home: int) -> Iterator[None]:
    """Be there for a moment."""
    enter(namespace)
    try:
        yield
    finally:
        enter(home)


def make() -> int:
    """A new namespace, and this process in it; it has a loopback device and no IPv6."""
    _unshare(CLONE_NEWNET)
    for which in ("all", "default"):
        # IPv6 talks by itself at moments of its own, and would use up seeded random numbers.
        switch = Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6")
        if switch.exists():
            switch.write_text("1", encoding="ascii")
    return here()


def tap(mac: str) -> int:
    """A network card of the namespace this process is in; frames are read from and written to it."""
    card = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    try:
        fcntl.ioctl(card, TUNSETIFF, struct.pack("16sH22x", CARD.encode(), IFF_TAP | IFF_NO_PI))
    except OSError:
        os.close(card)
        raise
    ip(
        "link set lo up",
        f"link set {CARD} address {mac}",
        # A burst waits here until it is read.
        f"link set {CARD} txqueuelen 10000",
        f"link set {CARD} up",
    )
    return card


def carrier(card: int, *, on: bool) -> None:
    """Put a cable in or out; a kernel that can't keeps it in, and frames are lost all the same."""
    with contextlib.suppress(OSError):
        fcntl.ioctl(card, TUNSETCARRIER, struct.pack("i", on))


def give_address(address: str, prefix_bits: int, router: str) -> None:
    """The only address of the card, and the way out."""
    ip(
        f"addr flush dev {CARD}",
        f"addr add {address}/{prefix_bits} brd + dev {CARD}",
        f"route replace default via {router} dev {CARD}",
    )


def ip(*lines: str) -> None:
    """Several commands of `ip` at once, in the namespace this process is in."""
    done = subprocess.run(
        ["ip", "-batch", "-"], input="\n".join(lines), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise OSError(done.returncode, f"ip: {done.stderr.strip()}")


def udp_socket(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    made.bind(("", port))
    return made
