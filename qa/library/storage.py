"""How the catalogue's SQLite file is laid out and opened, and what its errors mean."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from qa.errors import LibraryDamagedError, LibraryError, LibraryLockedError

SCHEMA_VERSION = 2
GROUPS_VERSION = 2
"""The layout that brought `sources` and `marks`. Layout 1 is read as it is; the next write adds them."""
GROUPING = "1"
"""Which method grouped the articles (see `copies`); another one in the file means: group them anew."""
APPLICATION_ID = 0x71614E57  # "qaNW"
BUSY_SECONDS = 30
SHARED_MEMORY_BYTES = 32_768
"""Of the -shm file, which SQLite makes when the first process opens the catalogue, also to read it."""
RESTORE = "Restore catalogue.sqlite from a backup, or move the folder away and ingest the articles again."
SOURCES_SCHEMA = (
    """CREATE TABLE sources (number INTEGER PRIMARY KEY, version INTEGER NOT NULL, source INTEGER NOT NULL,
        marks BLOB NOT NULL)""",
    "CREATE INDEX sources_by_source ON sources (source)",
    """CREATE TABLE marks (mark INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (mark, number))
        WITHOUT ROWID""",
)
SCHEMA = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE commits (seq INTEGER PRIMARY KEY, stamp TEXT NOT NULL)",
    """CREATE TABLE articles (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL, digest TEXT NOT NULL, head TEXT NOT NULL, outlet TEXT NOT NULL,
        day TEXT, published REAL)""",
    "CREATE INDEX articles_by_day ON articles (day)",
    "CREATE INDEX articles_by_outlet ON articles (outlet)",
    """CREATE TABLE texts (number INTEGER NOT NULL, version INTEGER NOT NULL,
        head TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (number, version))""",
    """CREATE TABLE chunks (id INTEGER PRIMARY KEY, number INTEGER NOT NULL, ordinal INTEGER NOT NULL,
        start INTEGER NOT NULL, end INTEGER NOT NULL)""",
    "CREATE INDEX chunks_by_article ON chunks (number)",
    """CREATE TABLE vectors (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL,
        seq INTEGER NOT NULL, data BLOB NOT NULL)""",
    "CREATE INDEX vectors_by_first ON vectors (first)",
    "CREATE INDEX vectors_by_seq ON vectors (seq)",
    "CREATE TABLE removals (seq INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL)",
    "CREATE INDEX removals_by_seq ON removals (seq)",
    "CREATE TABLE staged (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, data BLOB NOT NULL)",
    *SOURCES_SCHEMA,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)


def no_library(folder: Path) -> LibraryError:
    """The error for a folder without a library."""
    return LibraryError(f"There is no library at {folder}", "Ingest articles first: qa ingest PATH")


def inspect_file(path: Path, *, create: bool) -> None:
    """Makes the folder if need be. Raises LibraryError where there is no catalogue and none may be made,
    and LibraryDamagedError for a file that is no catalogue."""
    folder = path.parent
    try:
        if path.exists() and path.stat().st_size:
            with path.open("rb") as file:
                header = file.read(72)
            if header[:16] != b"SQLite format 3\0" or header[68:72] not in (
                APPLICATION_ID.to_bytes(4, "big"),
                bytes(4),
            ):
                raise LibraryDamagedError(f"{path} is not a qa catalogue", RESTORE)
            return
        if path.exists() and ((folder / "lexical").exists() or (folder / "dense").exists()):
            raise LibraryDamagedError(f"{path} is empty, although the library has indexes", RESTORE)
        if not path.exists() and (folder / "lexical").exists() and (folder / "dense").exists():
            raise LibraryDamagedError(f"{path} is missing, although the library has indexes", RESTORE)
        if not create:
            raise no_library(folder)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise LibraryError(
            f"The library at {folder} cannot be opened: {exc.strerror}", "Check the path and its rights."
        ) from exc


class Connection(NamedTuple):
    """A connection to the file at `path`. For want of rights it can be `read_only`; where nobody was writing
    then, `still` says what the file was like: SQLite was told that it does not change, and would not notice
    if it did."""

    path: Path
    db: sqlite3.Connection
    read_only: bool
    still: tuple[int, ...] | None = None

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]] | None:
        """What SQLite answers; None if the file changed that was not to change: whoever asks must connect
        anew."""
        if self.still is None:
            return self.db.execute(sql, values).fetchall()
        try:
            found = self.db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            if self.still == _at_rest(self.path):
                raise
            return None
        return found if self.still == _at_rest(self.path) else None


def connect(path: Path) -> Connection:
    """A connection in WAL mode with full fsync, read-only where the rights allow no more."""
    read_only = path.exists() and not (os.access(path.parent, os.W_OK) and os.access(path, os.W_OK))
    with translated(path):
        if read_only:
            return _connect_to_read(path)
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        try:
            _write_ahead(db)
            db.execute("PRAGMA synchronous = FULL")
            db.execute("PRAGMA cache_size = -32768")
        except BaseException:
            db.close()
            raise
        return Connection(path, db, False)


def _connect_to_read(path: Path) -> Connection:
    """Without a -wal file nobody is writing, and SQLite cannot make the files it needs to look for writers.
    With one it sees each commit, and the file stays as long as somebody reads."""
    while True:
        still = _at_rest(path)
        mode = "mode=ro" if still is None else "immutable=1"
        target = f"{path.resolve().as_uri()}?{mode}"
        db = sqlite3.connect(target, uri=True, check_same_thread=False, isolation_level=None)
        try:
            db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall()
        except BaseException as exc:
            db.close()
            if isinstance(exc, sqlite3.DatabaseError) and still != _at_rest(path):
                continue  # a writer came or went just now
            raise
        return Connection(path, db, True, still)


def _at_rest(path: Path) -> tuple[int, ...] | None:
    """What tells whether a file was written in the meantime; None while somebody may be writing."""
    try:
        if path.with_name(path.name + "-wal").exists():
            return None
        found = path.stat()
    except OSError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def lay_out(db: sqlite3.Connection) -> None:
    """Makes the tables, if there are none: another process may have been faster."""
    db.execute("BEGIN IMMEDIATE")
    if not db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchall():
        for statement in SCHEMA:
            db.execute(statement)
        values = [("library_id", secrets.token_hex(8)), ("next_chunk", "1"), ("grouped", GROUPING)]
        db.executemany("INSERT INTO meta VALUES (?, ?)", values)
    db.execute("COMMIT")


def _write_ahead(db: sqlite3.Connection) -> None:
    """Turns WAL mode on. Two processes that make a library at once meet here: SQLite answers "locked" to
    the second without waiting, whatever the timeout, so the waiting is ours."""
    until = time.monotonic() + BUSY_SECONDS
    waiting = True
    while waiting:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            waiting = False
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc) or time.monotonic() > until:
                raise
            time.sleep(0.02)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        text = str(exc)
        if "locked" in text or "busy" in text:
            raise LibraryLockedError(
                f"{path} is in use by another program", "Try again when it has finished."
            ) from exc
        if "full" in text or _no_room(path):
            raise LibraryError(
                f"No room on the disk of {path}; the last batch was not saved",
                "Free some space, then run the same again.",
            ) from exc
        if "readonly" in text or "read-only" in text:
            raise LibraryError(
                f"{path} is read-only; nothing was saved", "Check the rights of the folder."
            ) from exc
        if "no such table" in text or "no such column" in text:
            raise LibraryDamagedError(f"{path} is not a whole qa catalogue: {text}", RESTORE) from exc
        raise LibraryError(
            f"{path} cannot be used: {text}",
            "Check the room on the disk, the rights of the folder, and how large a file may be (ulimit -f).",
        ) from exc
    except sqlite3.DatabaseError as exc:
        raise LibraryDamagedError(f"{path} is damaged: {exc}", RESTORE) from exc


def _no_room(path: Path) -> bool:
    """Whether the disk has no room for the files that SQLite makes beside its own; it reports that as any
    other failure."""
    try:
        return shutil.disk_usage(path.parent).free < SHARED_MEMORY_BYTES
    except OSError:
        return False
