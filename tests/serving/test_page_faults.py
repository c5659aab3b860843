"""The web page in a real browser when things go wrong, or say what no honest article says. The server is a
canned one, so that each fault comes at its place.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from canned import Call, Canned, event, serving
from chromium import Browser, Page, browsing, installed

import qa
from qa.types import Answer, Citation, Conflict, Coverage, Notice, Side, Statement

WEB = Path(qa.__file__).parent / "serving" / "web"
QUESTION = "Who is there?"
BODY = "document.querySelector('.turn').textContent"
TEXT = "Well 🎿 then. Ann Roe is there. 𝒜 Bo Lee is not.\n\nAnother day."

pytestmark = pytest.mark.skipif(not installed(), reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(installed(), tmp_path_factory.mktemp("chromium")) as found:
        yield found


@pytest.fixture
def server() -> Iterator[Canned]:
    with serving(WEB) as found:
        yield found


@pytest.fixture
def page(browser: Browser, server: Canned) -> Iterator[Page]:
    """A page with the form; at the end no script has failed in it and no policy has been violated."""
    with browser.page() as found:
        found.size(1280, 900)
        found.go(server.address)
        yield found
        # That a request was refused is in the console of every page.
        told = [text for text in found.complaints() if not text.startswith("Failed to load resource")]
        assert told == []
        assert [u for u in found.requests() if not u.startswith((f"{server.address}/", "data:"))] == []


def _citation(marker: int, quote: str, text: str = TEXT, **more: Any) -> Citation:
    start = text.find(quote)
    given = {"title": "A title", "outlet": "The Post", "url": "https://post.example/1"} | more
    return Citation(
        marker=marker,
        article_id="a1",
        quote=quote,
        start=max(start, 0),
        end=max(start, 0) + len(quote),
        **given,
    )


def _answer(*statements: Statement, text: str = "", **more: Any) -> dict[str, Any]:
    lines = [f"{s.text} {''.join(f'[{c.marker}]' for c in s.citations)}" for s in statements]
    answer = Answer(
        question=QUESTION,
        text=text or "\n".join(lines),
        statements=statements,
        engine="extractive",
        coverage=Coverage(articles=4, independent=2, outlets=("A", "B", "C")),
        **more,
    )
    found: dict[str, Any] = answer.model_dump(mode="json")
    return found


ROE = Statement(text="Ann Roe is there.", citations=(_citation(1, "Ann Roe is there."),))
LEE = Statement(text="Bo Lee is not.", modality="denied", citations=(_citation(2, "Bo Lee is not."),))


def _article(**more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "id": "a1",
        "version": 1,
        "title": "A title",
        "outlet": "The Post",
        "authors": [],
        "url": "https://post.example/1",
        "published": "2026-01-13T18:05:00+01:00",
        "updated": None,
        "fetched": None,
        "language": "en",
        "text": TEXT,
    }
    return given | more


def _ask(page: Page) -> None:
    page.run("document.querySelector('#q').focus()")
    page.run("document.querySelector('#q').select()")
    page.type(QUESTION)
    page.press("Enter")


def _streams(server: Canned, *events: tuple[str, Any], **article: Any) -> None:
    """Makes the server send these events for every question."""

    def answering(call: Call) -> None:
        if call.path.startswith("/api/articles/"):
            call.reply(_article(**article))
            return
        call.begin()
        for name, value in events:
            call.event(name, value)

    server.answering = answering


# ---------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("status", "headers", "told"),
    [
        (400, {}, r"That cannot be answered.*The detail\..*Do this\."),
        (401, {}, r"This server asks for a key"),
        (422, {}, r"That cannot be answered.*The detail\."),
        (429, {"Retry_After": "7"}, r"Too many questions.*Try again in 7 seconds\."),
        (429, {}, r"Too many questions.*Do this\."),
        (500, {}, r"Something went wrong.*The detail\..*Do this\."),
        (502, {}, r"Something went wrong.*The detail\."),
        (503, {"Retry_After": "1"}, r"The server is busy.*The detail\..*Try again in 1 second\."),
        (504, {}, r"Something went wrong.*The detail\."),
    ],
)
def test_a_problem_is_told_kindly(
    page: Page, server: Canned, status: int, headers: dict[str, str], told: str
) -> None:
    server.answering = lambda call: call.problem(status, "the detail", "Do this.", **headers)
    _ask(page)
    page.wait("document.querySelector('.problem')")
    assert re.search(told, page.run(BODY)), page.run(BODY)
    assert page.run("document.querySelector('.problem').getAttribute('role')") == "alert"


def test_asking_again_after_a_problem(page: Page, server: Canned) -> None:
    server.answering = lambda call: call.problem(503, "too many at once")
    _ask(page)
    page.wait("document.querySelector('.problem button')")
    _streams(server, ("statement", ROE.model_dump(mode="json")), ("answer", _answer(ROE)))
    page.click(".problem button")
    page.wait("document.querySelector('.coverage')")
    assert page.run("document.querySelectorAll('.turn').length") == 1
    assert page.run("document.querySelectorAll('.problem').length") == 0
    assert "from 4 articles (2 independent), 3 outlets, date unknown" in page.run(BODY)


@pytest.mark.parametrize(
    "body", [b"<html><script>window.planted = 1</script>Bad gateway</html>", b"", b'"text"', b'{"detail": 7}']
)
def test_an_error_that_is_not_ours(page: Page, server: Canned, body: bytes) -> None:
    server.answering = lambda call: call.reply(body, 502, "text/html")
    _ask(page)
    page.wait("document.querySelector('.problem')")
    assert "Something went wrong" in page.run(BODY)
    assert page.run("typeof window.planted") == "undefined"


def test_a_stream_that_ends_in_an_error_keeps_what_came(page: Page, server: Canned) -> None:
    problem = {
        "type": "x",
        "title": "T",
        "status": 504,
        "detail": "the model timed out",
        "hint": "Ask for less.",
    }
    _streams(server, ("statement", ROE.model_dump(mode="json")), ("error", problem))
    _ask(page)
    page.wait("document.querySelector('.problem')")
    told = page.run(BODY)
    for part in (
        "Ann Roe is there.",
        "Not the whole answer: 1 statement",
        "The model timed out.",
        "Ask for less.",
    ):
        assert part in told
    page.click(".said .marker")
    page.wait("document.querySelector('#reader mark')")


@pytest.mark.parametrize("end", [b"", b"event: answer\ndata: {", b"event: statement\n"])
def test_a_stream_that_breaks_off(page: Page, server: Canned, end: bytes) -> None:
    def answering(call: Call) -> None:
        call.begin()
        call.event("statement", ROE.model_dump(mode="json"))
        call.send(end)

    server.answering = answering
    _ask(page)
    page.wait("document.querySelector('.problem')")
    assert "The answer broke off" in page.run(BODY)
    assert "Ann Roe is there." in page.run(BODY)


def test_stopping_leaves_what_came_and_ends_the_request(page: Page, server: Canned) -> None:
    def answering(call: Call) -> None:
        call.begin()
        call.event("statement", ROE.model_dump(mode="json"))
        call.stay()

    server.answering = answering
    _ask(page)
    page.wait("document.querySelector('.said')")
    assert not page.run("document.querySelector('#stop').hidden")
    assert page.run("document.querySelector('.turn').getAttribute('aria-busy')") == "true"
    assert page.run("document.querySelector('.statements').getAttribute('aria-live')") == "polite"
    page.click("#stop")
    page.wait(f"{BODY}.includes('Stopped.')")
    assert "Ann Roe is there." in page.run(BODY)
    assert page.run("document.querySelector('#stop').hidden")
    assert server.calls[-1].left.wait(10)


def test_another_question_stops_the_one_before(page: Page, server: Canned) -> None:
    def answering(call: Call) -> None:
        call.begin()
        if len(server.calls) == 1:
            call.stay()
        call.event("answer", _answer(ROE))

    server.answering = answering
    _ask(page)
    page.wait("document.querySelector('.wait')")
    _ask(page)
    page.wait("document.querySelectorAll('.turn').length === 2 && document.querySelector('.coverage')")
    page.wait("document.querySelectorAll('.turn')[1].textContent.includes('Stopped')")
    assert server.calls[0].left.wait(10)


def test_pieces_may_be_cut_anywhere(page: Page, server: Canned) -> None:
    statement = ROE.model_copy(update={"text": "Żółć 🎿 is there."})
    wire = b": hello\n\n" + event("statement", statement.model_dump(mode="json")).replace(b"\n", b"\r\n")
    wire += event("answer", _answer(statement))

    def answering(call: Call) -> None:
        call.begin()
        for at in range(0, len(wire), 7):
            call.send(wire[at : at + 7])

    server.answering = answering
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    assert page.run("document.querySelector('.said').textContent") == "Żółć 🎿 is there. [1]"


# ---------------------------------------------------------------- what is said


def test_nothing_that_comes_in_is_markup(page: Page, server: Canned) -> None:
    evil = '<img src=x onerror="window.planted=1"><script>window.planted=2</script>'
    text = f"Well. {evil} sank. End."
    cited = _citation(1, f"{evil} sank.", text, title=evil, outlet=evil, url="javascript:window.planted=3")
    said = Statement(text=f"{evil} sank.", attributed_to=evil, modality="alleged", citations=(cited,))
    side = Side(value=evil, statements=(1,), speakers=(evil,), outlets=(evil,))
    answer = _answer(
        said,
        text=f"{evil}:\n- {evil} sank. [1]\n\n{evil} [1]",
        conflicts=(Conflict(kind="disagreement", about=evil, sides=(side, side)),),
        warnings=(Notice(code="x", message=evil),),
    )
    hostile = {"title": evil, "outlet": evil, "authors": [evil], "url": "javascript:window.planted=3"}
    events = (("statement", said.model_dump(mode="json")), ("answer", answer))
    _streams(server, *events, **hostile, text=text, language='en" onload="x')
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    page.click(".said .marker")
    page.wait(f"document.querySelector('#reader mark')?.textContent === {json.dumps(cited.quote)}")
    assert (
        page.run("document.querySelectorAll('main img, main script, dialog img, dialog script').length") == 0
    )
    assert page.run("document.querySelectorAll('#reader a, [onerror], [onload]').length") == 0
    assert "javascript:window.planted=3" in page.run("document.querySelector('#reader-link').textContent")
    assert page.run("document.querySelector('.turn').textContent").count(evil) >= 6
    assert page.run("typeof window.planted") == "undefined"


@pytest.mark.parametrize(
    "address",
    ["data:text/html,<script>1</script>", "vbscript:x", "//post.example", "not an address", "file:///etc"],
)
def test_only_web_addresses_are_links(page: Page, server: Canned, address: str) -> None:
    _streams(server, ("answer", _answer(ROE)), url=address)
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    page.click(".said .marker")
    page.wait("document.querySelector('#reader mark')")
    assert page.run("document.querySelectorAll('#reader a').length") == 0
    assert address in page.run("document.querySelector('#reader-link').textContent")


def test_offsets_count_characters_and_not_units(page: Page, server: Canned) -> None:
    # The same words stand earlier, too: only the right offset marks the right ones.
    text = "🎿🎿 Bo Lee is not. 𝒜𝒜 Bo Lee is not. The end."
    start = text.rindex("Bo Lee")
    cited = LEE.citations[0].model_copy(update={"start": start, "end": start + len("Bo Lee is not.")})
    said = LEE.model_copy(update={"citations": (cited,)})
    _streams(server, ("answer", _answer(said)), text=text)
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    page.click(".said .marker")
    page.wait("document.querySelector('#reader mark')?.textContent === 'Bo Lee is not.'")
    assert page.run("document.querySelector('.marker').getAttribute('aria-current')") == "true"
    assert page.run("document.querySelector('#reader mark').previousSibling.textContent") == text[:start]


def test_words_over_two_paragraphs_are_marked_in_both(page: Page, server: Canned) -> None:
    quote = "Bo Lee is not.\n\nAnother"
    said = Statement(text="Bo Lee is not.", citations=(_citation(1, quote),))
    _streams(server, ("answer", _answer(said)))
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    page.click(".said .marker")
    page.wait("document.querySelectorAll('#reader mark').length === 2")
    marked = page.run("[...document.querySelectorAll('#reader mark')].map((m) => m.textContent)")
    assert marked == ["Bo Lee is not.", "Another"]


@pytest.mark.parametrize(
    ("text", "marked", "told"),
    [
        ("Now: Ann Roe is there. More.", "Ann Roe is there.", "The article has changed since."),
        ("All is new.", None, "The article has changed since; the cited words were: “Ann Roe is there.”"),
    ],
)
def test_an_article_that_has_changed(
    page: Page, server: Canned, text: str, marked: str | None, told: str
) -> None:
    _streams(server, ("answer", _answer(ROE)), text=text)
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    page.click(".said .marker")
    page.wait("document.querySelector('#reader-text p')")
    assert page.run("document.querySelector('#reader mark')?.textContent") == marked
    assert page.run("document.querySelector('#reader-told').textContent") == told


def test_warnings_are_shown(page: Page, server: Canned) -> None:
    notice = Notice(code="x", message="withheld 2 statements: not in the source", count=2)
    _streams(server, ("answer", _answer(ROE, warnings=(notice,))))
    _ask(page)
    page.wait("document.querySelector('.notices')")
    assert "Withheld 2 statements: not in the source." in page.run(BODY)


def test_the_label_says_how_firm_a_statement_is(page: Page, server: Canned) -> None:
    _streams(server, ("answer", _answer(ROE, LEE)))
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    labels = page.run(
        "[...document.querySelectorAll('.statement')].map((e) => e.querySelector('.label')?.textContent)"
    )
    assert labels == [None, "Denied or not so"]


def test_the_focus_stays_on_a_marker_when_the_answer_is_laid_out(page: Page, server: Canned) -> None:
    def answering(call: Call) -> None:
        if call.path.startswith("/api/articles/"):
            call.reply(_article())
            return
        call.begin()
        call.event("statement", ROE.model_dump(mode="json"))
        while not focused.wait(0.05):
            call.send(b": still here\n\n")
        call.event("answer", _answer(ROE))

    focused = threading.Event()
    server.answering = answering
    _ask(page)
    page.wait("document.querySelector('.said .marker')")
    page.run("document.querySelector('.said .marker').focus()")
    name = page.run("document.activeElement.id")
    focused.set()
    page.wait("document.querySelector('.coverage')")
    assert page.run("document.activeElement.id") == name
    page.press("Enter")
    page.wait("document.querySelector('#reader mark')")
    page.press("Escape")
    page.wait(f"document.activeElement.id === {json.dumps(name)}")


def test_while_a_word_is_composed_enter_sends_nothing(page: Page, server: Canned) -> None:
    page.run("document.querySelector('#q').focus()")
    page.type("Davos")
    page.run(
        "document.querySelector('#q').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert page.run("document.querySelectorAll('.turn').length") == 0
    page.press("Enter", shift=True)
    assert page.run("document.querySelectorAll('.turn').length") == 0
    assert server.calls == []


def test_what_is_sent_is_what_the_server_takes(page: Page, server: Canned) -> None:
    _streams(server, ("answer", _answer(ROE)))
    page.go(
        f"{server.address}/?q=+Who%0Ais+there%3F+&as_of=2026-01-14&since=2026-01-01&until=2026-02-30&outlet=A&outlet=B"
    )
    page.wait("document.querySelector('.coverage')")
    (sent,) = [call.body for call in server.calls]
    assert sent == {
        "question": QUESTION,
        "as_of": "2026-01-14",
        "since": "2026-01-01",
        "outlets": ["A", "B"],
    }


def test_an_empty_library_says_how_to_fill_it(page: Page, server: Canned) -> None:
    empty = Answer(
        question=QUESTION,
        text="No answer: the library is empty.",
        abstained=True,
        reason="the library is empty",
        engine="extractive",
    )
    _streams(server, ("answer", empty.model_dump(mode="json")))
    _ask(page)
    page.wait("document.querySelector('.abstained')")
    assert "The library is empty." in page.run(BODY)
    assert "qa ingest PATH" in page.run(BODY)
    assert page.run("document.querySelectorAll('.abstained button').length") == 0


def test_points_of_a_story_say_how_firm_they_are(page: Page, server: Canned) -> None:
    # A headline that begins like one of the headings of an answer is none.
    text = "Attending doctors strike (2 articles):\n- Ann Roe is there. [1]\n- Bo Lee is not. [2]"
    _streams(server, ("answer", _answer(ROE, LEE, text=text)))
    _ask(page)
    page.wait("document.querySelector('.coverage')")
    assert (
        page.run("document.querySelector('.group h3').textContent") == "Attending doctors strike (2 articles)"
    )
    assert page.run("document.querySelector('.group').hasAttribute('data-tone')") is False
    assert page.run("document.querySelector('.label').textContent") == "Denied or not so"


def test_an_answer_is_copied_with_its_sources(page: Page, server: Canned) -> None:
    answer = json.dumps(_answer(ROE, LEE))
    copied = page.run(f"import('/web/answer.js').then((m) => m.asText({answer}, 'A question'))")
    assert copied.splitlines() == [
        "A question",
        "",
        "Ann Roe is there. [1]",
        "Bo Lee is not. [2]",
        "",
        "[1] The Post, date unknown: “Ann Roe is there.” A title, https://post.example/1",
        "[2] The Post, date unknown: “Bo Lee is not.” A title, https://post.example/1",
        "",
        "from 4 articles (2 independent), 3 outlets, date unknown",
    ]


def test_a_place_in_the_page_is_no_question(page: Page, server: Canned) -> None:
    _streams(server, ("answer", _answer(ROE)))
    page.go(f"{server.address}/?q=Who+is+there%3F")
    page.wait("document.querySelector('.coverage')")
    page.run("location.hash = 'turns'")
    page.run("document.querySelector('#skip').click()")
    page.wait("document.activeElement.id === 'turns'")
    assert len(server.calls) == 1


def test_history_of_an_earlier_loading_asks_again(page: Page, server: Canned) -> None:
    _streams(server, ("answer", _answer(ROE)))
    page.go(f"{server.address}/?q=first")
    page.wait("document.querySelector('.coverage')")
    _streams(server, ("answer", {**_answer(ROE), "question": "second"}))
    page.run("document.querySelector('#q').select()")
    page.type("second")
    page.press("Enter")
    page.wait("document.querySelectorAll('.coverage').length === 2")
    page.run("location.reload()")
    page.wait("document.querySelectorAll('.turn').length === 1 && document.querySelector('.coverage')")
    page.run("history.back()")
    page.wait("document.querySelectorAll('.coverage').length === 2")
    assert page.run("[...document.querySelectorAll('.turn h2')].map((h) => h.textContent)") == [
        "first",
        "second",
    ]
    assert [call.body["question"] for call in server.calls] == ["first", "second", "second", "first"]
