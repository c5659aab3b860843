"""The comment on a pull request: what it says first, what is live in it, and what is cut when it is long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from report_cases import (
    CLOSED,
    DEAL,
    HOSTILE,
    VOTE,
    answer,
    case_of,
    comparison,
    run_of,
    tiny_suite,
    trial,
    verdict_of,
)

from qa.escaping import BETWEEN, code, escaped, escaped_start
from qa.evals.reports.markdown import MOST, markdown_report
from qa.evals.reports.material import Change, changes

PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = {"<b>", "</b>", "<br>", "</details>"}


@pytest.fixture
def suite(tmp_path):
    return tiny_suite(tmp_path)


def report(suite, **fields):
    verdict, base, candidate = comparison(suite, **fields)
    return markdown_report(verdict, changes(verdict, suite, base, candidate))


def leaves(markdown):
    """Every token of the parsed text, inline ones too."""
    for token in PARSER.parse(markdown):
        yield from token.children if token.children is not None else [token]


def live(markdown):
    """What of `markdown` is more than text, tables, lists and emphasis that the report itself writes."""
    found = []
    for token in leaves(markdown):
        if token.type in ("html_inline", "html_block"):
            rest = re.sub(r"<details><summary>[^<>]*</summary>", "", token.content).strip()
            found += [rest] if rest and rest not in OURS else []
        elif token.type in ("link_open", "image", "s_open", "em_open", "code_block", "blockquote_open"):
            found.append(token.type)
    return found


# ---------------------------------------------------------------- what it says


def test_the_verdict_is_the_first_line(suite):
    first = report(suite).splitlines()[0]
    assert first.startswith(
        "**qa eval: regressed** · −10.0 points (95 % CI −16.0 to −4.0), p of a drop 0.012"
    )
    assert "MDE 8.0 points; 5 cases, 2 articles, 5 baseline answers, 6 answers now" in first


def test_forbidden_claims_come_before_regressions(suite):
    text = report(suite)
    titles = [line for line in text.splitlines() if line.startswith("### ")]
    assert titles == [
        "### What broke",
        "### New forbidden claims (1)",
        "### Regressed, besides those above (1)",
        "### Suspected (1)",
        "### Fixed (1)",
        "### Guardrails",
        "### The runs",
    ]
    assert "- **claims:** The sale has happened (modality upgrade, in 2 answers)" in text


def test_a_regression_shows_both_answers_with_the_offending_words_bold(suite):
    text = report(suite)
    assert "**How much will Norrel Lines pay for the ferry?**<br>`ferry/price`, passed 2/2 → 1/3" in text
    assert "- **baseline:** Norrel Lines is expected to buy the ferry Saint Osk for \\$40 million." in text
    assert "- **now:** Norrel Lines <b>has bought</b> the ferry Saint Osk for \\$40 million." in text
    assert "its chairman said on Monday.” (The Aldwick Courier, 2 March 2026)" in text
    assert (
        "deal: stated, said as expected -\\> wrong modality, said as confirmed; in the article: expected"
        in text
    )
    assert "- **warning:** withheld 1 statement: a number not in the quote" in text


def test_the_rest(suite):
    text = report(suite)
    assert "- `ferry/board` 0/1 → 1/1: Who sits on the harbour board? (was abstention)" in text
    assert "<details><summary>No reply, or left out (2)</summary>\n\n- `ferry/stops` 1/1 → 0/0:" in text
    assert "- `ferry/old`: not in the suite any more" in text
    assert "| forbidden claims | 0.0 % | 20.0 % | 0.030 | **broken** |" in text
    assert (
        "fingerprint `abababababab`, 12 days older than this run, 2.0 % undecided, 0 without a reply" in text
    )
    assert "+30 tokens, −0.20 s, +\\$0.02000 per answer" in text
    assert text.endswith("To see it again:\n\n```sh\nqa eval gate --cache replay\n```\n")


def test_nothing_to_compare():
    verdict = verdict_of([], "inconclusive", suite=None, guardrails=(), left_out={}, pass_at={}, reasons=())
    text = markdown_report(verdict, [])
    assert text.startswith("**qa eval: inconclusive** · nothing to compare\n")
    assert "Regressed" not in text


# ---------------------------------------------------------------- nothing live


def hostile_report(folder):
    vote = VOTE.replace("on Wednesday.", f"on Wednesday {HOSTILE}.")
    suite = tiny_suite(folder, vote=vote)
    said = answer(suite, "vote", (f"The council rejected it {HOSTILE}", "confirmed", "s1"))
    task = "vote/votes"
    base = run_of("b", [trial(suite, task, answer(suite, "vote", (f"{HOSTILE} council", "confirmed", "s1")))])
    candidate = run_of("c", [trial(suite, task, said, error=HOSTILE)])
    cases = [
        case_of(base, candidate, task, "regressed", HOSTILE, faults=("contradiction",)),
        case_of(base, candidate, f"ferry/{HOSTILE}", "infra", HOSTILE),
    ]
    verdict = verdict_of(cases, reasons=(HOSTILE, f"- {HOSTILE}", f"1. {HOSTILE}"), notes=(HOSTILE,),
                         left_out={HOSTILE: HOSTILE}, pass_at={HOSTILE: 0.5})  # fmt: skip
    return markdown_report(verdict, changes(verdict, suite, base, candidate), command=f"x {HOSTILE}")


def test_nothing_from_a_text_is_live(tmp_path):
    text = hostile_report(tmp_path)
    assert "evil.example" in text
    assert live(text) == []
    (fence,) = [token for token in leaves(text) if token.type == "fence"]
    assert fence.content.startswith("x <script>"), "the command is the only block of code"
    assert not set(text) & set("\x1b\u202e\u200b")


def test_what_is_read_is_what_was_said(tmp_path):
    read = "".join(t.content for t in leaves(hostile_report(tmp_path)) if t.type in ("text", "text_special"))
    read = read.replace("\u200b", "")
    assert "<script>alert(1)</script> <img src=x onerror=alert(2)>" in read
    assert "@team #12 GH-3 acme/tool#4 www.evil.example bob@evil.example" in read
    assert "**bold** _it_ ~~gone~~ | cell | &lt;b&gt; :tada:" in read


def test_github_finds_no_mention_reference_or_address(tmp_path):
    for token in leaves(hostile_report(tmp_path)):
        if token.type in ("text", "text_special"):
            assert not re.search(r"@\w|#\w|://|www\.|\bGH-\d|:tada:|\bdeadbeef12\b", token.content), (
                token.content
            )


def test_the_parser_of_these_tests_would_find_them():
    assert live("[a](http://x) <i>b</i> ~~c~~ *d* ![e](f)") == [
        "link_open",
        "<i>",
        "</i>",
        "s_open",
        "em_open",
        "image",
    ]


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1))
def test_any_text_stays_text(text):
    text = " ".join(text.split())
    for line in (f"a {escaped(text)} b", f"- {escaped_start(text)} b"):
        kinds = {token.type for token in leaves(line)}
        assert kinds <= {
            "text", "text_special", "paragraph_open", "paragraph_close", "bullet_list_open",
            "bullet_list_close", "list_item_open", "list_item_close",
        }  # fmt: skip
        assert sum(token.type == "bullet_list_open" for token in leaves(line)) == line.startswith("- ")
    read = "".join(t.content for t in leaves(f"a {escaped(text)} b") if t.type != "paragraph_open")
    assert read.replace("\u200b", "") == f"a {text} b".replace("\u200b", "")


@pytest.mark.parametrize("text", ["- a", "+ a", "1. a", "12) a", "=== a", "--- a", "# a"])
def test_a_line_begins_as_text(text):
    read = "".join(t.content for t in leaves(escaped_start(text)) if t.type in ("text", "text_special"))
    assert read.replace("\u200b", "") == text


def test_a_number_is_no_commit_and_a_commit_is_none():
    assert escaped("1500000 people") == "1500000 people"
    assert escaped("deadbeef12") == f"d{BETWEEN}eadbeef12"


def test_code_cannot_be_ended():
    assert code("a ``` b") == "````sh\na ``` b\n````"


# ---------------------------------------------------------------- length


def many(status, number, words):
    return [
        Change(task=f"a/{status}-{n}", article="a", question=f"Question {n}? {words}", status=status)
        for n in range(number)
    ]


def test_a_long_report_is_cut_by_section():
    found = [*many("regressed", 300, "why " * 80), *many("fixed", 50, "so"), *many("flaky", 400, "well")]
    verdict = verdict_of([])
    text = markdown_report(verdict, found, command="qa eval gate")
    assert MOST - 2000 < len(text) <= MOST
    assert text.startswith("**qa eval: regressed** · −10.0 points")
    assert text.endswith("```sh\nqa eval gate\n```\n")
    shown = text.count("`a/regressed-")
    assert f"### Regressed ({300})" in text
    assert 0 < shown < 300
    assert f"\nand {300 - shown} more\n" in text
    assert text.count("`a/fixed-") == 50, "many regressions hide nothing else"
    assert text.count("`a/flaky-") > 0
    assert text.count("<details>") == text.count("</details>") == 2
    assert "| forbidden claims |" in text


@pytest.mark.parametrize("most", [3000, 5000])
def test_the_verdict_is_never_cut(most):
    huge = "@" * 50_000
    verdict = verdict_of([], reasons=[huge] * 50, left_out={f"{huge}{n}": huge for n in range(50)})
    text = markdown_report(verdict, many("regressed", 40, huge), most=most)
    assert len(text) <= most
    assert text.startswith("**qa eval: regressed** · −10.0 points")
    assert "and 40 more" in text
    assert "qa eval gate" in text


def test_a_long_answer_is_cut_around_what_is_wrong(suite):
    filler = "The weather was fair and the sea was calm. " * 100
    said = answer(suite, "ferry", (filler + CLOSED[0], "confirmed", "s1"))
    base = run_of(
        "b", [trial(suite, "ferry/price", answer(suite, "ferry", (filler + DEAL[0], "expected", "s1")))]
    )
    candidate = run_of("c", [trial(suite, "ferry/price", said)])
    verdict = verdict_of([case_of(base, candidate, "ferry/price", "regressed", "?", faults=("modality",))])
    text = markdown_report(verdict, changes(verdict, suite, base, candidate))
    assert "<b>has bought</b>" in text
    assert len(text) < 8000
