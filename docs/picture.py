"""Draws docs/answer.svg: a real `qa ask` over the sample articles in a terminal. Run it with: make picture"""

from __future__ import annotations

import html
import io
import os
import pty
import re
import subprocess
import sys
import tempfile
from pathlib import Path

QUESTION = "Who is attending Davos?"
COLUMNS = 100
PICTURE = Path(__file__).parent / "answer.svg"
REPOSITORY = Path(__file__).resolve().parents[1]

# rich's own frame without its web font: a picture in a README must not load anything.
FRAME = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" xml:space="preserve">
<style>
.{unique_id}-matrix {{ font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-weight: bold; font-family: arial; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""  # noqa: E501


def answer() -> str:
    """What a terminal shows for the question, with its colour codes; stderr is not shown."""
    with tempfile.TemporaryDirectory() as folder:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QA_")}
        env = {
            **kept,
            "QA_LIBRARY": f"{folder}/library",
            "PYTHONPATH": str(REPOSITORY),
            "TERM": "xterm-256color",
            "COLUMNS": str(COLUMNS),
        }
        qa = [sys.executable, "-m", "qa"]
        subprocess.run([*qa, "ingest", "--samples"], env=env, cwd=folder, check=True, capture_output=True)  # noqa: S603
        leader, follower = pty.openpty()
        with subprocess.Popen(  # noqa: S603
            [*qa, "ask", QUESTION],
            env=env,
            cwd=folder,
            stdin=follower,
            stdout=follower,
            stderr=subprocess.DEVNULL,
        ) as running:
            os.close(follower)
            shown = b"".join(iter(lambda: _read(leader), b""))
            os.close(leader)
        if running.returncode:
            raise SystemExit(f"qa ask ended with {running.returncode}")
    return shown.decode().replace("\r\n", "\n")


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 65536)
    except OSError:  # Linux: the other side is closed
        return b""


def draw(shown: str) -> str:
    """The terminal as an SVG."""
    from rich.console import Console
    from rich.text import Text

    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text(f'$ qa ask "{QUESTION}"', style="bold"))
    console.print(Text.from_ansi(shown.rstrip()))
    return console.export_svg(title="qa", code_format=FRAME, unique_id="qa")


def words_of(picture: str) -> list[str]:
    """Every word that a picture shows, in order."""
    matrix = picture.split('class="qa-matrix">', 1)[1]
    return " ".join(html.unescape(text) for text in re.findall(r">([^<]+)</text>", matrix)).split()


if __name__ == "__main__":
    PICTURE.write_text(draw(answer()), "utf-8")
    sys.stdout.write(f"drew {PICTURE}\n")
