"""How the catalogue's file is opened when another process opens it too."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from qa.errors import LibraryLockedError
from qa.library import storage


class Contended:
    """A connection that finds the file locked the first `times` times, as SQLite says it without waiting."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.asked = 0

    def execute(self, sql: str) -> None:
        self.asked += 1
        if self.asked <= self.times:
            raise sqlite3.OperationalError("database is locked")


def test_turning_wal_on_waits_for_the_other_process():
    db = Contended(3)
    storage._write_ahead(db)
    assert db.asked == 4


def test_turning_wal_on_gives_up_in_the_end(monkeypatch):
    monkeypatch.setattr(storage, "BUSY_SECONDS", 0.05)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        storage._write_ahead(Contended(10**6))


def test_eight_connections_to_a_file_that_does_not_exist_yet(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    start, modes = threading.Barrier(8), []

    def opens():
        start.wait()
        opened = storage.connect(path)
        modes.append((opened.db.execute("PRAGMA journal_mode").fetchone()[0], opened.read_only))
        opened.db.close()

    threads = [threading.Thread(target=opens) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert modes == [("wal", False)] * 8


def test_a_locked_file_is_said_to_be_in_use(tmp_path):
    with pytest.raises(LibraryLockedError, match="in use"), storage.translated(tmp_path / "c.sqlite"):
        raise sqlite3.OperationalError("database is locked")
