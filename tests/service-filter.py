#!/usr/bin/env python3
"""Runs a command under the SystemCallFilter of a systemd unit, as systemd would: service-filter.py UNIT COMMAND...

It exits with 77 and a reason when the machine lacks what that needs. It knows what docker/systemd/hub.service uses: lines
of groups and names, the ones with "~" taken away from those before, SystemCallErrorNumber=EPERM or else the kill.
"""
import ctypes
import errno
import os
import shutil
import subprocess
import sys

ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000


def skip(reason):
    print(f"service-filter.py: {reason}", file=sys.stderr)
    sys.exit(77)


def calls_of(name):
    """The calls of a group, with those of the groups in it; a name is itself."""
    if not name.startswith("@"):
        return {name}
    shown = subprocess.run(["systemd-analyze", "syscall-filter", name], capture_output=True, text=True, check=True).stdout
    members = [line.strip() for line in shown.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*map(calls_of, members))


def settings_of(unit):
    allowed, refused = calls_of("@default"), KILL_PROCESS
    for line in open(unit, encoding="utf-8"):
        key, _, value = line.strip().partition("=")
        if key == "SystemCallFilter":
            calls = set().union(*map(calls_of, value.lstrip("~").split()))
            allowed = allowed - calls if value.startswith("~") else allowed | calls
        elif key == "SystemCallErrorNumber":
            refused = ERRNO | getattr(errno, value)
    # What systemd always lets through.
    return allowed | {"execve", "exit", "exit_group", "rt_sigreturn"}, refused


def load(allowed, refused):
    seccomp.seccomp_init.restype = ctypes.c_void_p
    filter_ = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(refused)))
    for call in allowed:
        number = seccomp.seccomp_syscall_resolve_name(call.encode())
        # Below zero: a call of other machines.
        if number >= 0 and seccomp.seccomp_rule_add(filter_, ctypes.c_uint32(ALLOW), number, 0) != 0:
            sys.exit(f"{call}: no rule for it")
    if seccomp.seccomp_load(filter_) != 0:
        skip("the kernel takes no filter here")


if not shutil.which("systemd-analyze"):
    skip("systemd-analyze is not there")
try:
    seccomp = ctypes.CDLL("libseccomp.so.2")
except OSError:
    skip("libseccomp.so.2 is not there")
load(*settings_of(sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
