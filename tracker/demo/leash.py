"""Run a command that must not outlive its starter, where the kernel offers no such tie.

``python -m tracker.demo.leash COMMAND ...``: standard input is a pipe whose other end only
the starter holds. When the starter dies, the pipe closes and the command is asked to end.
"""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType


def main(argv: list[str]) -> int:
    """Start the command, pass SIGTERM on to it, and return its exit code."""
    child = subprocess.Popen(argv, stdin=subprocess.DEVNULL)

    def end(number: int = 0, frame: FrameType | None = None) -> None:
        child.terminate()

    def watch() -> None:
        while os.read(0, 1024):
            pass
        end()

    signal.signal(signal.SIGTERM, end)
    threading.Thread(target=watch, daemon=True).start()
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
