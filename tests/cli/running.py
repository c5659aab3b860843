"""`qa` as a real process: with pipes, or in a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]


def environment(**more: str) -> dict[str, str]:
    """The environment for a real process: this one's, with the repository importable."""
    return {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONWARNINGS": "default", **more}


def command(*args: str) -> list[str]:
    """The command line of `qa` with these arguments."""
    return [sys.executable, "-m", "qa", *args]


def process(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs `qa` to its end, with text pipes and a time limit."""
    options.setdefault("env", environment())
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(command(*args), capture_output=True, text=True, timeout=60, check=False, **options)


class Screen:
    """`qa` in a terminal of 60 columns, and what it wrote there."""

    def __init__(self, *args: str, **more: str) -> None:
        self.leader, follower = pty.openpty()
        env = environment(TERM="xterm-256color", COLUMNS="60", LINES="24", **more)
        self.process = subprocess.Popen(
            command(*args), stdin=follower, stdout=follower, stderr=follower, env=env
        )
        os.close(follower)
        self.text = ""

    def read_until(self, wanted: str | None = None, seconds: float = 60) -> str:
        """Reads until `wanted` was written, or to the end."""
        end = time.monotonic() + seconds
        while wanted is None or wanted not in self.text:
            ready, _, _ = select.select([self.leader], [], [], max(end - time.monotonic(), 0))
            assert ready, f"no {wanted!r} within {seconds} s in {self.text!r}"
            try:
                data = os.read(self.leader, 65536)
            except OSError:  # Linux: the other side is closed
                break
            if not data:
                break
            self.text += data.decode("utf-8", "replace")
        return self.text

    def end(self) -> int:
        """Reads the rest; the exit code."""
        self.read_until()
        os.close(self.leader)
        return self.process.wait(timeout=60)
