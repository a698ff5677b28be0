"""Runs a command until standard input closes, then stops it and removes its directory.

The operating system closes the pipe whatever ends the process that holds the other end, kill -9 included, so nothing
the command started or wrote outlives the test run. Usage: supervise.py USER DIRECTORY COMMAND...; USER "" means ours.
"""

import os
import pwd
import select
import shutil
import signal
import subprocess
import sys

PATIENCE_SECONDS = 10


def main(user: str, directory: str, command: list[str]) -> int:
    """Return the command's exit status when it ends by itself, else 0."""
    child = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, start_new_session=True, **identity(user))
    try:
        while child.poll() is None and not input_is_closed():
            pass
        return child.poll() or 0
    finally:
        stop(child)
        shutil.rmtree(directory, ignore_errors=True)


def identity(user: str) -> dict[str, object]:
    if not user:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def input_is_closed() -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], 0.5)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1024)


def stop(child: subprocess.Popen) -> None:
    for number in (signal.SIGQUIT, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(PATIENCE_SECONDS)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
