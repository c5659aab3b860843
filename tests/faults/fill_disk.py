"""Lets commands that write run out of room, at many points, and looks whether anything acknowledged was lost.

python tests/faults/fill_disk.py [--points 30] [--way disk] [--way file]

"disk" is a small tmpfs with so many bytes left, mounted in a name space of the script's own (it needs
`unshare`, and vanishes with the script); "file" is a limit on the size of every file (RLIMIT_FSIZE). In
turn `qa ingest`, `qa doctor --repair` after both indexes were deleted, `qa articles remove`, and `qa doctor
--reembed`. Each must succeed, or say in one line what is wrong and where, and end with 1. With room again,
all must work and nothing be wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from work_until_killed import article, name

from qa.library import Library

ROOT = Path(__file__).resolve().parents[2]
THERE, MORE, ROOM = 60, 60, 64_000_000
PATIENCE, EMPTY = 30.0, 4096
WORKS = ("ingest", "rebuild", "remove", "reembed")
WAYS = ("disk", "file")
COMMANDS = {
    "ingest": ("ingest", "more.jsonl"),
    "rebuild": ("doctor", "--repair"),
    "remove": ("articles", "remove", name(3)),
    "reembed": ("doctor", "--reembed"),
}


def prepare(folder: Path) -> None:
    """A library, and a file of more articles, in `folder`."""
    with Library(folder / "library") as library:
        library.add(article(n) for n in range(THERE))
    lines = [article(n).model_dump_json(include={"id", "title", "text"}) for n in range(THERE, THERE + MORE)]
    (folder / "more.jsonl").write_text("\n".join(lines))


def points(count: int) -> list[int]:
    """So many sizes in bytes, from nothing to enough."""
    return [0, *(int(4096 * 2 ** (10 * i / (count - 1))) for i in range(1, count))]


def try_one(made: Path, home: Path, way: str, work: str, size: int) -> tuple[int, str, list[str]]:
    """Does `work` with `size` bytes; the exit code, what was said, and what was wrong then or afterwards."""
    library = home / "library"
    shutil.copytree(made / "library", library)
    if work == "rebuild":
        shutil.rmtree(library / "lexical")
        shutil.rmtree(library / "dense")
    if way == "disk":
        fill(home / "filler", size)
    limit = size if way == "file" else resource.RLIM_INFINITY
    done = qa(library, *(str(made / a) if a.endswith("jsonl") else a for a in COMMANDS[work]), limit=limit)
    (home / "filler").unlink(missing_ok=True)
    wrong = faults_of(done)
    try:
        wrong += afterwards(made, library, work, done.returncode)
    except Exception as exc:
        wrong.append(f"afterwards {type(exc).__name__}: {exc}")
    shutil.rmtree(library)
    if way == "disk":
        wait_for_room(home)
    return done.returncode, done.stderr.strip(), wrong


def wait_for_room(home: Path) -> None:
    """Waits until the disk is as good as empty: a thread of an index may hold a deleted file for a moment,
    and the room that it then gives back is more than the next command was to have.
    """
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        disk = os.statvfs(home)
        if (disk.f_blocks - disk.f_bfree) * disk.f_frsize <= EMPTY:
            return
        gc.collect()
        time.sleep(0.02)
    raise TimeoutError(f"{home} does not get empty")


def qa(library: Path, *args: str, limit: int = resource.RLIM_INFINITY) -> subprocess.CompletedProcess[str]:
    """Runs `qa` with a limit on the size of files."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QA_LIBRARY": str(library), "QA_CONFIG": ""}
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    return subprocess.run(
        [sys.executable, "-B", "-m", "qa", *args],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard)),
    )


def fill(filler: Path, left: int) -> None:
    """Leaves about `left` bytes on the disk of `filler`."""
    free = os.statvfs(filler.parent).f_bavail * os.statvfs(filler.parent).f_frsize
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free - left, 4096))


def faults_of(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What is wrong with how a command ended."""
    said = done.stderr
    wrong = []
    if done.returncode not in (0, 1):
        wrong.append(f"ended with {done.returncode}")
    if "Traceback" in said or "bug" in said or "panicked" in said:
        wrong.append("said what only developers understand")
    complaints = [line for line in said.splitlines() if line.startswith("qa: ")]
    if done.returncode == 1 and not done.stdout and len(complaints) != 1:
        wrong.append(f"{len(complaints)} lines of complaint")
    return wrong


def afterwards(made: Path, folder: Path, work: str, code: int) -> list[str]:
    """With room again: what is missing or wrong, at once and after the same once more."""
    wrong = []
    with Library(folder) as library:
        for n in range(THERE):
            if work == "remove" and n == 3:
                continue
            found = library.search(f"marker{n}x1", k=1)
            if not found or found[0].article.id != name(n) or library.get(name(n)) != article(n):
                wrong.append(f"{name(n)} is lost")
        there = library.count()
        if work == "ingest":
            if code == 0 and there != THERE + MORE:
                wrong.append(f"{there} articles after a success")
            again = qa(folder, "ingest", str(made / "more.jsonl"))
            if again.returncode or library.count() != THERE + MORE:
                wrong.append(f"could not go on: {again.stderr}")
        elif work == "remove" and there == THERE:
            if code == 0:
                wrong.append("not removed after a success")
            library.remove(name(3))
        wrong += [f.message for f in library.repair() if not f.ok]
    with Library(folder) as library:
        wrong += [f"once more {f.message}" for f in library.check() if not f.ok]
    return wrong


def plan(count: int) -> list[tuple[str, int]]:
    """So many points, shared among the works."""
    shares = [count // len(WORKS) + (i < count % len(WORKS)) for i in range(len(WORKS))]
    return [(work, size) for work, share in zip(WORKS, shares, strict=True) for size in points(max(2, share))]


def run(way: str, tries: list[tuple[str, int]]) -> Counter[str]:
    """Tries each work with its size; a tally by work and exit code, and of what was wrong."""
    tally: Counter[str] = Counter({"wrong": 0})
    with tempfile.TemporaryDirectory() as folder:
        made, home = Path(folder) / "made", Path(folder) / "disk"
        made.mkdir()
        home.mkdir()
        prepare(made)
        if way == "disk":
            command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "none", str(home)]
            subprocess.run(command, check=True)
        try:
            for work, size in tries:
                code, said, wrong = try_one(made, home, way, work, size)
                told = " / ".join(said.splitlines()[-2:])
                print(f"{way} {work} {size:>9,} bytes: {code} {told}", file=sys.stderr, flush=True)
                tally[f"{work} ended with {code}"] += 1
                tally["wrong"] += len(wrong)
                for one in wrong:
                    print(f"    WRONG {one}", file=sys.stderr, flush=True)
        finally:
            if way == "disk":
                subprocess.run(["umount", str(home)], check=True)
    return tally


def inside(tries: list[tuple[str, int]]) -> list[str]:
    """The command that runs this script in a name space where it may mount."""
    given = [part for work, size in tries for part in ("--at", f"{work}:{size}")]
    return ["unshare", "--mount", "--map-root-user", sys.executable, __file__, "--inside", *given]


def can_mount() -> bool:
    """Whether a tmpfs can be mounted in a name space of our own."""
    probe = ["unshare", "--mount", "--map-root-user", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(probe, capture_output=True, timeout=20, check=False).returncode == 0
    except OSError:
        return False


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--points", type=int, default=30)
    parser.add_argument("--at", metavar="WORK:BYTES", action="append", help="this point instead")
    parser.add_argument("--way", choices=WAYS, action="append")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    tries = [(at.split(":")[0], int(at.split(":")[1])) for at in options.at or ()] or plan(options.points)
    if options.inside:
        print(json.dumps(run("disk", tries)))
        return
    for way in options.way or WAYS:
        began = time.monotonic()
        if way == "file":
            print(way, dict(run(way, tries)), f"{time.monotonic() - began:.0f} s", flush=True)
        elif can_mount():
            subprocess.run(inside(tries), check=True)
        else:
            print("disk: a tmpfs cannot be mounted here")


if __name__ == "__main__":
    main()
