"""Child processes that never outlive the one who started them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
ON_LINUX = sys.platform.startswith("linux")


def die_with_parent(parent: int, number: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send us a signal when our parent dies, however it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)
    # The parent may have died before the line above took effect.
    if os.getppid() != parent:
        os._exit(1)


def leashed(argv: Sequence[str]) -> list[str]:
    """Wrap a command so that it ends when its standard input does (for macOS)."""
    return [sys.executable, "-m", "tracker.demo.leash", *argv]


@dataclass
class Child:
    """One command that is started, watched, and stopped by its own process id."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    log: Path | None = None
    stop_seconds: float = 10.0
    stop_signal: signal.Signals = signal.SIGTERM
    user: int | None = None
    kernel_leash: bool = ON_LINUX
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the command in a session of its own: Ctrl-C reaches the launcher only."""
        output = self.open_log()
        self.process = subprocess.Popen(
            list(self.argv) if self.kernel_leash else leashed(self.argv),
            cwd=self.cwd,
            env=dict(self.env),
            stdin=subprocess.DEVNULL if self.kernel_leash else subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            start_new_session=True,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            preexec_fn=self.leash_to(os.getpid()) if self.kernel_leash else None,
        )
        if output:
            output.close()

    def leash_to(self, parent: int) -> Callable[[], None]:
        """Return what the new process does first; the kernel drops the tie if done earlier."""
        return lambda: die_with_parent(parent, self.stop_signal)

    def open_log(self) -> IO[bytes] | None:
        """Open the log for appending, or return None for the launcher's own output."""
        if self.log is None:
            return None
        self.log.parent.mkdir(parents=True, exist_ok=True)
        return self.log.open("ab")

    @property
    def running(self) -> bool:
        """Say whether the process is there and has not ended."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ask by the stop signal, wait, and only then kill the whole group."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(self.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the process and its own children at once."""
        if self.process is None or self.process.poll() is not None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self, lines: int = 20) -> str:
        """Return the last lines of the log, for a person who asks why it ended."""
        if self.log is None or not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def wait_until(happens: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Ask again and again until the answer is yes; False when the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happens():
            return True
        time.sleep(pause)
    return False
