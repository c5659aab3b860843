"""Two processes that write, and one that waits."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from qa.errors import LibraryLockedError
from qa.library import Library

WRITER = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from fakes import CountingEmbedder, make_article
from qa.library import Library
import qa.library.library as module
module.BATCH_ARTICLES = 5
first = int(sys.argv[2])
url = os.environ.get("QA_CHROMA_URL")
with Library(Path(sys.argv[1]), embedder=CountingEmbedder(), chroma_url=url) as library:
    report = library.add(make_article(n) for n in range(first, first + 40))
print(report.added, report.unchanged)
"""


def test_two_writers_at_once(tmp_path, embedder, request):
    here = str(request.path.parent)
    commands = [[sys.executable, "-c", WRITER, str(tmp_path / "library"), str(n), here] for n in (0, 20)]
    writers = [
        subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for c in commands
    ]
    outcomes = [writer.communicate(timeout=120) for writer in writers]
    assert [w.returncode for w in writers] == [0, 0], outcomes
    added, unchanged = (sum(int(out.split()[i]) for out, _ in outcomes) for i in (0, 1))
    assert (added, unchanged) == (60, 20)
    with Library(tmp_path / "library", embedder=embedder) as library:
        assert library.count() == 60
        for n in range(0, 60, 7):
            assert library.search(f"notice marker{n}")[0].article.id == f"article-{n:05d}"
        assert all(f.ok for f in library.check())
        assert library.stats().dense_rows == library.catalogue.chunk_count()


def test_a_locked_library_is_waited_for_with_a_message(library, article, reopen):
    heard = []
    held = threading.Event()

    def hear(message):
        heard.append(message)
        held.set()

    with reopen(on_wait=hear, lock_timeout=30) as other:
        with library.writing():
            thread = threading.Thread(target=other.add, args=([article(1)],))
            thread.start()
            assert held.wait(20)
            assert library.count() == 0
        thread.join(20)
    assert library.count() == 1
    assert len(heard) == 1
    assert str(library.path) in heard[0]


def test_the_wait_ends(library, article, reopen):
    with reopen(lock_timeout=0.05) as other, library.writing():
        with pytest.raises(LibraryLockedError) as error:
            _in_thread(other.add, [article(1)])
        assert "--timeout" in error.value.hint
    with reopen(lock_timeout=0) as other:
        assert other.add([article(1)]).added == 1


def test_an_unchanged_add_needs_no_lock(library, article, reopen):
    library.add([article(1)])
    with reopen(lock_timeout=0) as other, library.writing():
        assert _in_thread(other.add, [article(1)]).unchanged == 1


def _in_thread(call, *args):
    """The lock is per process and file handle; a thread of its own makes sure that it is another holder."""
    outcome = []

    def run():
        try:
            outcome.append(call(*args))
        except Exception as exc:
            outcome.append(exc)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(60)
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]
