from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.sources.clean import clean_line, clean_text, paragraphs, safe_characters

LEAD = "The harbour bridge reopened on Monday after eleven months of repairs, the city engineer said."
BODY = "Some 40,000 drivers had used a ferry in the meantime. The toll stays at two euros until spring."
CREDIT = "A Reporter reported from Portsville."

# ---- characters


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\u200bb\u202ec\u2066d\ufeffe\u00adf", "abcdef"),
        ("red\x1b[31m alert\x1b[0m", "red alert"),
        ("\x1b]52;c;ZXZpbA==\x07clipboard", "clipboard"),
        ("open\x1b]52;c; command\nand text", "open]52;c; command\nand text"),
        ("bell\x07 and null\x00", "bell and null"),
        ("cafe\u0301", "caf\u00e9"),
        ("tag\U000e0041\U000e0042s", "tags"),
        ("half \ud800 pair", "half  pair"),
        ("one\r\ntwo\rthree\u2028four\x85five", "one\ntwo\nthree\nfour\nfive"),
    ],
)
def test_unsafe_characters_go(raw: str, clean: str) -> None:
    assert safe_characters(raw) == clean


def test_a_line_has_no_breaks_and_single_spaces() -> None:
    assert clean_line("  Bridge\n\treopens \u200b at\u00a0last ") == "Bridge reopens at last"


@given(st.text(max_size=400))
def test_no_text_keeps_a_control_or_format_character(text: str) -> None:
    cleaned = clean_text(text)
    assert not {unicodedata.category(c) for c in cleaned if c != "\n"} & {"Cc", "Cf", "Cs", "Co"}
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned


# ---- paragraphs


def test_each_line_of_a_paste_is_a_paragraph() -> None:
    assert clean_text(f"{LEAD}\n{BODY}\n \n\n\n{CREDIT}\n") == f"{LEAD}\n\n{BODY}\n\n{CREDIT}"


def test_hard_wrapped_text_is_joined_again() -> None:
    wrapped = (
        "The harbour bridge reopened on Monday after eleven\nmonths of repairs, the city engineer said,"
        " and the\n"
        "first cars crossed it at dawn.\n\nSome 40,000 drivers had used a ferry in the\nmeantime. The toll"
        " stays at two "
        "euros until\nspring.\n"
    )
    first, second = paragraphs(wrapped)
    assert first.startswith("The harbour bridge reopened on Monday after eleven months of repairs")
    assert second == BODY


def test_a_list_of_short_lines_is_not_joined() -> None:
    scores = [
        "Portsville 3 Northgate 1",
        "Eastham 0 Westbury 0",
        "Southfield 2 Ashford 2",
        "Millbrook 1 Hilltop 4",
    ]
    assert paragraphs("\n".join(scores)) == scores


def test_sentences_of_like_length_on_their_own_lines_are_not_joined() -> None:
    lines = [
        "The bridge opened on Monday to loud applause.",
        "The ferry made its last trip on Sunday night.",
    ] * 3
    assert paragraphs("\n".join(lines)) == lines


# ---- boilerplate that must go


@pytest.mark.parametrize(
    "line",
    [
        "Home | News | Sport | Business | Opinion",
        "Home News World Politics Business Opinion",
        "Home > News > Portsville > Transport",
        "Skip to main content",
        "Share on Facebook",
        "Share this article via WhatsApp",
        "Click to share on Twitter (Opens in new window)",
        "Share Tweet Email Print",
        "Facebook | Twitter | WhatsApp",
        "Share this story: Facebook | X | LinkedIn | WhatsApp | Copy link",
        "Share: WhatsApp",
        "Follow us on: X, Bluesky, Threads",
        "Follow us on Instagram and X",
        "We use cookies to improve your experience and to show you personalised ads.",
        "This website uses cookies. By staying you accept our policy.",
        "By clicking Accept, you agree to our terms and privacy policy.",
        "Accept all cookies",
        "Cookie settings",
        "Sign up for our morning newsletter and never miss a story.",
        "Subscribe to our daily briefing",
        "Enjoying the Courier? Sign up for our free evening newsletter and get the five stories that matter.",
        "Never miss a ferry again? Get the timetable straight to your inbox.",
        "The Harbour Weekly newsletter: all that floats, every Friday. Sign up here.",
        "Sign up to the Harbour Weekly newsletter to get it in your inbox for free.",
        "Get the biggest stories delivered straight to your inbox every day.",
        "Enter your email address",
        "You can unsubscribe at any time.",
        "Read more: Ferry operator counts the cost of the reopening",
        "RELATED: How the bridge was built",
        "See also: Toll rises ahead",
        "More: Bridge in pictures",
        "© 2026 The Example. All rights reserved.",
        "Copyright 2026 Example Media Ltd. All rights reserved. Registered in Portsville.",
        "All rights reserved.",
        "This material may not be published, broadcast, rewritten or redistributed.",
        "Leave a comment",
        "View 12 comments",
        "12 Comments",
        "Join the conversation",
        "Log in to comment",
        "Your email address will not be published. Required fields are marked *",
        "What do you think? Let us know in the comments below.",
        "Advertisement",
        "ADVERTISEMENT - CONTINUE READING BELOW",
        "Story continues below advertisement",
        "4 min read",
        "Load more",
    ],
)
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    assert clean_text(f"{line}\n{LEAD}\n{line}\n{BODY}\n{line}") == f"{LEAD}\n\n{BODY}"


def test_a_menu_of_single_lines_goes() -> None:
    assert clean_text(f"Menu\nHome\nNews\nSport\nSign in\n{LEAD}\n{BODY}") == f"{LEAD}\n\n{BODY}"


def test_a_list_of_links_goes_with_its_heading() -> None:
    links = (
        "Related articles\nFerry operator counts the cost\nWho pays for the bridge?\nToll debate"
        " returns to council"
    )
    assert clean_text(f"{LEAD}\n{links}\n{BODY}\n{links}") == f"{LEAD}\n\n{BODY}"


def test_a_list_of_labels_after_such_a_heading_is_the_articles_own() -> None:
    labels = ["Don't miss", "Ferry", "Crane", "Old quay", "Lighthouse"]
    assert clean_text("\n".join([LEAD, *labels, BODY])) == "\n\n".join([LEAD, *labels[1:], BODY])


def test_a_long_list_after_such_a_heading_is_the_articles_own() -> None:
    lines = [f"The harbour bridge in picture {number}" for number in range(12)]
    assert clean_text("\n".join([LEAD, "You may like", *lines, BODY])) == "\n\n".join([LEAD, *lines, BODY])


TAILS = [
    "About this story\nHow we verify\nThis report was checked for accuracy by our editorial team against"
    " multiple sources."
    "\nLead Editor\nA Name\nEditorial standards",
    "Editorial Standards & Trust\nIndependent reporting with human review\nOur process\nEvery article is"
    " fact-checked and "
    "verified before publication to ensure accuracy and balance.\nOriginal source\nExample Wire\nReviewed"
    " by\nB Name",
    "Methodology\nPrimary sources\nExample Wire\nQuality control\nManaging Editor\nC Name\nCovers"
    " transport and ports",
    "We are committed to accuracy: this article was reviewed by human editors and cross-checked with"
    " primary sources.",
    "Fact-checked by\nD Name\nSenior Reviewer\nE Name\nE Name is a senior reviewer who specializes in"
    " harbour news.",
    "Transparency\nThis content combines artificial intelligence with human review to ensure reliable,"
    " balanced coverage."
    "\nSources\nExample Wire\n© 2026 Example Media",
    "About our reporting\nHow we work: Stories on this site are compared with documents and read by a second"
    " editor before they go online.\nFact-check status: Verified\nDesk: Transport\nSenior Editor: F Name",
    "How this story was reported\nOur newsroom checks every fact against two independent sources and strives"
    " to be accurate.\nDeputy Editor: G Name",
    "Why trust us\nEditor: H Name\nLast reviewed: 12 March 2026",
]


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize(
    "after", ["", "\nRelated articles\nFerry operator counts the cost\nToll debate returns", "\n\n\n"]
)
def test_a_tail_that_vouches_for_the_page_goes_whole(tail: str, after: str) -> None:
    assert clean_text(f"{LEAD}\n{BODY}\n{CREDIT}\n{tail}{after}") == f"{LEAD}\n\n{BODY}\n\n{CREDIT}"


# ---- article text that must stay


@pytest.mark.parametrize(
    "paragraph",
    [
        CREDIT,
        "A Reporter reported from London. B Reporter contributed from Kyiv.",
        "Additional reporting by C Reporter; editing by D Editor.",
        "The paper will close its evening newsletter, which 12,000 people had signed up for, its publisher"
        " said.",
        "Do you read on paper? Sign up for nothing, advises the museum, and you will meet our last printer.",
        "The publisher relaunched its newsletter on Monday. Sign-up numbers doubled.",
        "Facebook and WhatsApp were down for three hours.",
        "Share prices: Facebook up, Twitter down",
        "Senior editor: that is the post the court says she was promised.",
        "How we work: that is what the strike is about, the dockers said.",
        "Newsletters have become the main way in which small outlets reach their readers.",
        "Sign up for too many newsletters and you will read none of them, the study warns.",
        "Fact-checkers at three outlets verified the claims and found most of them accurate.",
        "The senior editor, E Name, said that all claims are fact-checked and verified before publication.",
        "“This article is accurate and was verified by our editorial team,” the publisher wrote in its"
        " defence.",
        "E Name is a senior editor who specializes in climate coverage.",
        "Our reporters verified the footage by matching the crane in it to photographs of the quay.",
        "The methodology of the survey was criticised by two statisticians, who called its sources"
        " unreliable.",
        "“We use cookies to track visitors,” the company admitted.",
        "We use cookies in the bakery's oldest recipe, the owner said, holding up a tray.",
        "Related companies owned by the same family also won contracts.",
        "Share prices fell by four percent on Monday.",
        "Share of renewable power by country",
        "Copyright law does not protect the idea, the judge ruled.",
        "By continuing the talks, both sides showed that they could come to terms.",
        "By using the old quay, the port can save two million euros, and you can see it from the bridge.",
        "Comments by the minister caused outrage.",
        "Join the army or leave the country: that was the choice he was given.",
        "Follow the money, investigators were told.",
        "What do you think?",
        "This article has been updated to include a comment from the ministry.",
        "This article was amended on 3 March 2026 to correct the length of the bridge.",
        "Correction: an earlier version of this report gave the wrong toll.",
        "More than 40 people were hurt.",
        "See also the harbour master's own report, which runs to 300 pages.",
        "Home to 40,000 people, the island has no hospital.",
        "Read the ruling in full, and it says something else.",
        "He said all rights reserved for members would be honoured.",
        "Your email list will begin to grow",
        "Politics",
        "Analysis",
    ],
)
def test_the_article_stays(paragraph: str) -> None:
    assert clean_text(f"{LEAD}\n{paragraph}\n{BODY}") == f"{LEAD}\n\n{paragraph}\n\n{BODY}"
    assert clean_text(f"{LEAD}\n{BODY}\n{paragraph}") == f"{LEAD}\n\n{BODY}\n\n{paragraph}"


def test_a_methodology_section_of_a_data_story_stays() -> None:
    section = (
        "Methodology\nThe poll asked 1,012 adults by telephone between 3 and 9 March.\nSources\nNational"
        " statistics "
        "office, port authority and 14 interviews, according to the authors."
    )
    assert clean_text(f"{LEAD}\n{section}") == "\n\n".join([LEAD, *section.split("\n")])


def test_a_list_at_the_end_of_an_article_stays() -> None:
    names = ["The winners", "Best editor: F Name", "Best reporter: G Name", "Best photograph: H Name"]
    assert clean_text("\n".join([LEAD, BODY, *names])) == "\n\n".join([LEAD, BODY, *names])


def test_where_the_figures_of_a_data_story_come_from_stays() -> None:
    notes = ["Source: Portsville statistics office", "Methodology: tolls are weighted by traffic."]
    assert clean_text("\n".join([LEAD, BODY, *notes])) == "\n\n".join([LEAD, BODY, *notes])


def test_one_heading_alone_is_no_proof_of_a_tail() -> None:
    assert clean_text(f"{LEAD}\n{BODY}\nSources") == f"{LEAD}\n\n{BODY}\n\nSources"


@pytest.mark.parametrize(
    "line",
    [
        "world news " * 35 + "zzz",
        "copy link " * 39 + "zzz",
        "pin it " * 55 + "zzz",
        "a. " * 100 + "all rights reserved zzz",
        "-" * 390 + "advert",
        "By " + "Ab, Cd and " * 13 + "!",
        "sources and " * 30,
    ],
)
def test_no_line_takes_for_ever(line: str) -> None:
    # if a pattern tried every way to read such a line, this would end at the time limit for tests
    assert clean_text(f"{line}\n{LEAD}").endswith(LEAD)


def test_what_is_nothing_but_a_tail_leaves_no_text() -> None:
    assert clean_text("Share on Facebook\nAdvertisement\n© 2026 The Example") == ""
