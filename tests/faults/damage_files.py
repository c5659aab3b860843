"""Damages each derived file of a library in every way, and looks in a process of its own what a user sees.

python tests/faults/damage_files.py [--flips 5] [--damage NAME]

Every file under lexical/ and dense/, and both folders themselves: deleted, cut to nothing, to half and by one
byte, filled with garbage, one bit flipped, replaced by a folder, made a sparse file of 64 GiB. Searched as a
large library is, through Chroma. Nothing may kill the process, no article may be missed, `repair` must mend
without embedding an article, and `check` must find what matters: a file that is not as it was, unless
everything works with it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from work_until_killed import DIMENSION, article, name

from qa.library import Library, nearest
from qa.library.embedders import HashingEmbedder
from qa.library.vectors import VectorTable

ROOT = Path(__file__).resolve().parents[2]
ARTICLES = 24
GONE = 7


class Counting(HashingEmbedder):
    """Counts the texts it embeds."""

    texts = 0

    def embed(self, texts):  # type: ignore[no-untyped-def]
        self.texts += len(texts)
        return super().embed(texts)


def _flip(path: Path, dice: random.Random) -> None:
    data = bytearray(path.read_bytes())
    if data:
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)


def _cut(path: Path, size: int) -> None:
    os.truncate(path, max(size, 0))


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "something").write_text("else")


DAMAGES: dict[str, Callable[[Path, random.Random], None]] = {
    "deleted": lambda path, _: path.unlink(),
    "emptied": lambda path, _: _cut(path, 0),
    "halved": lambda path, _: _cut(path, path.stat().st_size // 2),
    "shortened": lambda path, _: _cut(path, path.stat().st_size - 1),
    "garbage": lambda path, dice: path.write_bytes(dice.randbytes(path.stat().st_size or 64)) and None,
    "flipped": _flip,
    "folder": lambda path, _: _folder(path),
    "bomb": lambda path, _: _cut(path, 64 << 30),
}
MATTERS = {".bin", ".pickle", ".del", ".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term"}
"""What no index can do without; of the rest, damage that does not show needs not be found. Nor does a bit in
the line that tantivy adds to each file, which says its version."""


def make(path: Path) -> None:
    """A library whose indexes have seen an update and a removal."""
    with Library(path, embedder=HashingEmbedder(DIMENSION)) as library:
        library.add(article(n) for n in range(ARTICLES))
        library.add([article(3, 2)])
        library.remove(name(GONE))


def files(path: Path) -> list[Path]:
    """Every derived file, relative to the library."""
    found = (p for folder in ("lexical", "dense") for p in (path / folder).rglob("*"))
    return sorted(p.relative_to(path) for p in found if p.is_file())


def examine(path: Path, damaged: str, damage: str) -> list[str]:
    """What a user would see of the damage that should not be seen."""
    wrong, embedder = [], Counting(DIMENSION)
    with Library(path, embedder=embedder) as library:
        found = [finding for finding in library.check() if not finding.ok]
        if Path(damaged).suffix in MATTERS and damage != "flipped" and not found:
            wrong.append("not found by check")
        if any(not finding.hint for finding in found):
            wrong.append("no next step")
        wrong += _searched(library)
        before = embedder.texts
        wrong += [f"not mended: {finding.message}" for finding in library.repair() if not finding.ok]
        if embedder.texts != before:
            wrong.append("mended by embedding")
    with Library(path, embedder=embedder) as library:
        wrong += [f"again {finding.message}" for finding in library.check() if not finding.ok]
        wrong += _searched(library)
        if library.searching.dense.problem:
            wrong.append(f"Chroma is not used: {library.searching.dense.problem}")
    return [f"{damage} {damaged}: {one}" for one in wrong]


def _searched(library: Library) -> list[str]:
    missed = [n for n in range(ARTICLES) if (n != GONE) != _is_first(library, n)]
    leg = library.searching.dense
    unfound = 0
    for vector in VectorTable(library.catalogue).matrix:
        best = leg.search(vector, 1, None)
        unfound += not best or best[0][1] < 0.9999
    told = [f"{len(missed)} articles missed"] if missed else []
    return told + ([f"{unfound} vectors do not find themselves"] if unfound else [])


def _is_first(library: Library, n: int) -> bool:
    found = library.search(f"marker{n}x{2 if n == 3 else 1}", k=1)
    return bool(found) and found[0].article.id == name(n) and found[0].lexical is not None


def vandalize(damage: str, flips: int = 1, only: str = "*") -> int:
    """Damages file after file in one way; prints what was wrong, and returns how many were damaged."""
    nearest.EXACT_ROWS = 0
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "made"
        make(made)
        for turn in range(flips if damage == "flipped" else 1):
            for relative in filter(lambda path: path.match(only), files(made)):
                copy = Path(folder) / f"copy-{turn}-{count}"
                shutil.copytree(made, copy)
                print(f"AT {damage} {relative}", flush=True)
                DAMAGES[damage](copy / relative, random.Random(f"{turn} {relative}"))
                for line in _examined(copy, str(relative), damage):
                    print(f"WRONG {line}", flush=True)
                shutil.rmtree(copy)
                count += 1
        if damage == "folder":
            count += _files_for_folders(made, Path(folder))
    return count


def _files_for_folders(made: Path, folder: Path) -> int:
    names = ("lexical", "dense", "lexical.building")
    for place in names:
        copy = folder / f"copy-{place}"
        shutil.copytree(made, copy)
        if place == "lexical.building":
            shutil.rmtree(copy / "lexical")
        elif (copy / place).exists():
            shutil.rmtree(copy / place)
        (copy / place).write_text("a file")
        print(f"AT file in place of {place}", flush=True)
        for line in _examined(copy, place, "file"):
            print(f"WRONG {line}", flush=True)
    return len(names)


def _examined(copy: Path, relative: str, damage: str) -> list[str]:
    try:
        return examine(copy, relative, damage)
    except Exception as exc:
        return [f"{damage} {relative}: {type(exc).__name__}: {exc}"]


def in_a_process(damage: str, flips: int = 1, only: str = "*") -> tuple[int, list[str]]:
    """The same in a process of its own, which may be killed by what it reads: how many files were damaged,
    and what was wrong."""
    command = [sys.executable, __file__, "--here", "--damage", damage, "--flips", str(flips), "--only", only]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=1800, check=False)
    lines = done.stdout.splitlines()
    wrong = [line.removeprefix("WRONG ") for line in lines if line.startswith("WRONG ")]
    at = [line for line in lines if line.startswith("AT ")]
    if done.returncode:
        wrong.append(f"the process ended with {done.returncode} {at[-1:]}: {done.stderr[-500:]}")
    return len(at), wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--flips", type=int, default=5)
    parser.add_argument("--damage", choices=DAMAGES, action="append")
    parser.add_argument("--only", default="*", help="only files whose names match")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    for damage in options.damage or DAMAGES:
        if options.here:
            vandalize(damage, options.flips, options.only)
            continue
        count, wrong = in_a_process(damage, options.flips, options.only)
        print(f"{damage}: {count} files, {len(wrong)} wrong", flush=True)
        for line in wrong:
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
