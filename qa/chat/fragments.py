"""Questions that are only a part of one ("and Starmer?", "when?", "in Wales?"), read into the one before."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from qa.answering.words import STOPWORDS, Name, names, words
from qa.chat.mentions import Known, person_names
from qa.chat.topics import lowered, things, topic
from qa.days import resolved

AUX = (
    r"(?:is|are|was|were|will|would|did|does|do|has|have|had|can|could|may|might|should|shall|isn[’']t|won[’']t"
    r"|didn[’']t|doesn[’']t|don[’']t|aren[’']t|wasn[’']t|hasn[’']t|haven[’']t)"
)
WH = r"(?:who|whom|whose|what|when|where|why|which|how)"
_ASKS = re.compile(
    rf"^(?P<wh>(?:(?:by|from|until|since|in|at|on|to|for|with|of|after|before)\s+)?{WH}\b(?:(?!\s+{AUX}\b)\s+[^\s?]+){{0,7}}?)\s+(?P<aux>{AUX})\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_YESNO = re.compile(rf"^(?P<aux>{AUX})\s+(?P<rest>.+)$", re.IGNORECASE)
_SUBJECT = re.compile(
    r"^(?P<wh>who|what|(?:which|what)\s+[\w-]+|how\s+(?:many|much)\s+[\w-]+(?:\s+of\s+[^?]*?)?)\s+(?P<verb>[\w-]+)(?:\s+(?P<rest>.+))?$",
    re.IGNORECASE,
)
_WH_ONLY = re.compile(
    rf"^(?:(?:by|from|until|since|in|at|on|to|for|with)\s+)?{WH}\b(?:\s+(?!{AUX}\b)[\w’'-]+){{0,3}}$",
    re.IGNORECASE,
)
_WHAT_ABOUT = re.compile(r"^(?:what|how)\s+about\s+(?P<what>.+)$", re.IGNORECASE)
_WH_TAIL = frozenset(
    "many much long often far old big soon so few little not else exactly high time day year month date city country place way reason".split()
)
_PREPOSITION = re.compile(
    r"^(?P<how>according\s+to|together\s+with|along\s+with|because\s+of|instead\s+of|in|at|on|about|for|with|without|by|from|to|after|before|during|since|until|near|outside|against|under|between)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_ING = re.compile(r"^(?:being\s+|been\s+|not\s+)?[a-z]+(?:ing|ed|en|wn|ught|old|aid|ade|eft|ost|elt|ent)\b")
_NOON = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
"""Only where a time stands is asked of `resolved`, so any day will do."""
_HOW_MANY_BY = r"(?:according\s+to|in|at|on|from|by|for|with|without|before|after|during|since|until)\s"
_DO = ("did", "does", "do", "will", "would")
_JOINED = re.compile(r"\s(?:about|on|of|to|in|at|for|with|from)\s")
TALK = re.compile(
    r"(?:tell|give|show|explain|list|name|describe|summari[sz]e|thanks?|thank|hello|hi|hey|yes|no|ok|okay|sure|please|great|good|bye|go|continue|more|really|interesting|wow|find|search|look|open|help|quit|exit|stop)\b",
    re.IGNORECASE,
)
"""What is said to a person and is no part of a question."""
_PAST = re.compile(r"\b(?:was|were|did|had)\b", re.IGNORECASE)
_MOST_WORDS = 4
_VERBS = frozenset(
    "took came went made left won lost got ran fell rose said told saw sold bought paid met held hit".split()
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The question before, as the frame for a fragment: itself without "?", its answer's one person or thing
    ("" if there is not one), and what its articles tell.
    """

    question: str
    answer: str
    known: Known


def is_fragment(body: str, *, led: bool) -> bool:
    """Whether `body` is only a part of a question. `led`: it began with "and" or "but"."""
    if _WHAT_ABOUT.match(body):
        return True
    if re.match(rf"how\s+(?:many|much)\s+{_HOW_MANY_BY}", body, re.IGNORECASE):
        return True
    if _WH_ONLY.match(body):
        return _has_no_verb(body)
    tokens = words(body)
    if not tokens or re.match(rf"(?:{WH}|{AUX})\b", body, re.IGNORECASE):
        return False
    if re.match(r"if\b", body, re.IGNORECASE):
        return True
    if re.search(rf"\b(?:{WH}|is|are|was|were|did|does|has)\b", body, re.IGNORECASE):
        return False
    return led or len(tokens) <= _MOST_WORDS or bool(_PREPOSITION.match(body) and len(tokens) <= 6)


def _has_no_verb(body: str) -> bool:
    """Whether a short "how many votes" or "why not" asks without a verb; "who makes it" has one."""
    tail = re.sub(rf"^.*?\b{WH}\b\s*", "", body, count=1, flags=re.IGNORECASE).lower().split()
    wh = re.search(rf"\b{WH}\b", body, re.IGNORECASE)
    kind = wh.group().lower() if wh else ""
    if not tail or tail[0] in _WH_TAIL:
        return not any(w.endswith("ed") or w in _VERBS for w in tail[1:])
    return kind == "which" and len(tail) == 1


def filled(body: str, frame: Frame) -> str:
    """The fragment read into the question before it, as a whole question; "" where it does not fit."""
    body = body.rstrip("?!. ")
    if re.match(r"if\b", body, re.IGNORECASE):
        return f"What happens {lowered(body)}?"
    about = _WHAT_ABOUT.match(body)
    what = about["what"] if about else body
    counted = re.match(rf"how\s+(?:many|much)\s+{_HOW_MANY_BY}", body, re.IGNORECASE)
    if not about and not counted and _WH_ONLY.match(body):
        made = _asked_anew(what, frame)
    else:
        what = re.sub(rf"^how\s+(?:many|much)\s+(?={_HOW_MANY_BY})", "", what, flags=re.IGNORECASE)
        made = _merely_about(what, frame) if re.search(r"\bones?$", what) else ""
        made = made or _time(what, frame) or _with_preposition(what, frame) or _other_name(what, frame)
        made = made or _other_noun(what, frame) or _merely_about(what, frame)
    return _sentence(made)


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip("?!. ")
    return f"{text[:1].upper()}{text[1:]}?" if text else ""


# ---------------------------------------------------------------- "when?", "why not?", "who else?"


def _asked_anew(wh: str, frame: Frame) -> str:
    """The question before with another question word."""
    question = lowered(frame.question).rstrip("?! .")
    low = wh.lower()
    if low == "who else":
        return _who_else(question)
    if low.startswith("why so ") and (
        many := re.match(r"how\s+(?:many|much|long|old|few|little)\b", question)
    ):
        return wh + question[many.end() :]
    negated = low == "why not"
    wh = "why" if negated else wh
    if match := _YESNO.match(question):
        return _negated(f"{wh} {match['aux']} ", match["rest"], negated, frame)
    if match := _ASKS.match(question):
        if _ING.match(match["rest"]) and re.match(r"who|which|what|how\s+many", match["wh"]):
            who = _subject(match["wh"], frame)
            return f"{wh} {match['aux']} {who} {match['rest']}" if who else _of_topic(wh, frame)
        noun = re.match(r"(?:how\s+(?:many|much)|which|what)\s+(?P<noun>.+)$", match["wh"])
        rest = f"{match['rest']} {noun['noun']}" if noun else match["rest"]
        if match["wh"] in ("what", "whom") and match["aux"] in _DO and not _JOINED.search(rest):
            rest += " that"  # the question asked for the object, which is still meant
        return _negated(f"{wh} {match['aux']} ", rest, negated, frame)
    if match := _SUBJECT.match(question):
        return _of_subject_question(wh, match, frame)
    return _of_topic(wh, frame)


def _who_else(question: str) -> str:
    if re.match(r"who\b", question):
        return "who else" + question[3:]
    match = _YESNO.match(question)
    found = names(match["rest"]) if match else ()
    if match and found and found[0].start == 0:
        return f"who else {match['aux']} {match['rest'][found[0].end :].strip()}"
    return f"who else, {question}" if not match else ""


def _negated(head: str, rest: str, negated: bool, frame: Frame) -> str:
    if not negated:
        return head + rest
    found = names(rest)
    if re.search(r"\bnot\b|n[’']t\b", head + rest):
        return head + rest
    if found and found[0].start <= 4:
        return f"{head}{rest[: found[0].end]} not{rest[found[0].end :]}"
    end = _subject_end(rest, frame.known)
    return f"{head}{rest[:end]} not{rest[end:]}" if end else head + rest


def _subject(wh: str, frame: Frame) -> str:
    """What "who" or "which company" stands for: the answer's one person or thing, else "the company"."""
    if frame.answer:
        return frame.answer
    noun = re.match(r"(?:which|what)\s+(?P<noun>[\w-]+)$", wh)
    return f"the {noun['noun']}" if noun else ""


def _of_subject_question(wh: str, match: re.Match[str], frame: Frame) -> str:
    """Of "who won the cup": "where was the cup won"."""
    verb, rest = match["verb"], match["rest"] or ""
    participle = re.search(r"(?:ed|won|made|found|paid|said|sold|bought|led|built|lost|held|told)$", verb)
    if (
        participle
        and rest
        and not _PREPOSITION.match(rest)
        and re.match(r"(?:who|which|what)\b", match["wh"])
    ):
        return f"{wh} was {rest} {verb}"
    counted = re.match(r"how\s+(?:many|much)\s+(?P<what>.+)$", match["wh"])
    if counted and verb.endswith("ed"):
        base = verb[:-1] if verb.endswith(("ied", "sed", "ced", "ged", "ved", "ied")) else verb[:-2]
        return f"{wh} did {counted['what']} {base} {rest}"
    return _of_topic(wh, frame)


def _of_topic(wh: str, frame: Frame) -> str:
    about = topic(frame.question, frame.known)
    verb = "was" if _PAST.search(frame.question) or re.search(r"\b\w+ed\b|\bwon\b", frame.question) else "is"
    return f"{wh} {verb} {about}" if about else ""


# ---------------------------------------------------------------- "next year?", "in Wales?", "about fares?"


def _time(what: str, frame: Frame) -> str:
    """The question before with another time."""
    bare = re.sub(r"^(?:in|on|at|for|by)\s+", "", what, flags=re.IGNORECASE)
    found = resolved(bare[:1].upper() + bare[1:] if bare.islower() else bare, _NOON)
    if not found or found[0].end - found[0].start < len(bare) - 2:
        return ""
    question = frame.question.rstrip("?! .")
    old = resolved(question, _NOON)
    if old:
        start = old[-1].start
        before = re.sub(r"\s(?:in|on|at|by)\s+$", " ", question[:start])
        return f"{before}{what}{question[old[-1].end :]}"
    return f"{question} {what}"


def _with_preposition(what: str, frame: Frame) -> str:
    """The question before with another "in ..." or "about ...", or with one more."""
    match = _PREPOSITION.match(what)
    if not match:
        return ""
    question, how = frame.question.rstrip("?! ."), re.escape(match["how"])
    if match["how"].lower() in ("about", "with", "for", "against"):
        old = re.search(rf"\b{how}\s+.+$", question, re.IGNORECASE)
        return f"{question[: old.start()]}{what}" if old else f"{question} {what}"
    places = [n for n in things(question, frame.known) if _is_place(n, question, how, frame.known)]
    if places and names(match["what"]):
        old_name = places[-1]
        before = re.sub(
            rf"\b(?:{how}|in|at)\s+(?:the\s+)?$", "", question[: old_name.start], flags=re.IGNORECASE
        )
        return f"{before}{what}{question[old_name.end :]}"
    return f"{question} {what}"


def _is_place(name: Name, question: str, how: str, known: Known) -> bool:
    before = re.search(rf"\b{how}\s+(?:the\s+)?$", question[: name.start], re.IGNORECASE)
    return bool(before) and (known.is_place(name) or not known.stories)


# ---------------------------------------------------------------- "and Starmer?", "and wages?"


def _other_name(what: str, frame: Frame) -> str:
    """The question before with another name in the place of one of its own."""
    found = names(what)
    if not found or len(found[0].text) < len(re.sub(r"^the\s+", "", what, flags=re.IGNORECASE)):
        return ""
    known, question = frame.known, lowered(frame.question).rstrip("?! .")
    theirs = [n for n in names(question) if n.parts]
    if not theirs:
        return ""
    person = not (known.is_firm(found[0]) or (known.is_place(found[0]) and not known.is_person(found[0])))
    alike = [n for n in theirs if known.is_person(n) == person]
    if person and not alike and (whether := _whether(what, question)):
        return whether
    if not alike and not _is_subject(theirs[0], question):
        return ""
    old = (alike or theirs)[0]
    before = question[: old.start]
    if re.match(r"the\b", what, re.IGNORECASE) or known.is_person(found[0]):
        before = re.sub(r"\b(?:the|president|minister|chancellor)\s+$", "", before, flags=re.IGNORECASE)
    return before + what + question[old.end :]


def _whether(who: str, question: str) -> str:
    """Of "who is attending the summit": "is Starmer attending the summit"."""
    match = _ASKS.match(question)
    if not match or not re.match(r"who(?:\s+else)?$|(?:which|what)\s+[a-z]+$", match["wh"]):
        return ""
    aux = {"are": "is", "were": "was", "have": "has"}.get(match["aux"].lower(), match["aux"].lower())
    return f"{aux} {who} {match['rest']}" if _ING.match(match["rest"]) or aux == "will" else ""


def _is_subject(name: Name, question: str) -> bool:
    match = _ASKS.match(question) or _YESNO.match(question)
    return match is not None and name.start - match.start("rest") in range(5)


def _other_noun(what: str, frame: Frame) -> str:
    """The question before with another noun: "day tickets" for "weekend tickets", "wages" for "rents"."""
    question = lowered(frame.question).rstrip("?! .")
    head = words(what)[-1].lower if words(what) else ""
    if re.match(r"why\b", question):
        return ""
    tokens = words(question)
    same = [i for i, w in enumerate(tokens) if w.lower == head and i]
    if same:
        first = same[0]
        while first and tokens[first - 1].lower not in STOPWORDS and not tokens[first - 1].capital:
            first -= 1
        return question[: tokens[first].start] + what + question[tokens[same[0]].end :]
    match = _ASKS.match(question) or _YESNO.match(question)
    if not match:
        return ""
    rest = match["rest"]
    end = _subject_end(rest, frame.known)
    return question[: match.start("rest")] + what + rest[end:] if end else ""


def _subject_end(rest: str, known: Known) -> int:
    """Where the subject of what follows "did" or "will" ends; 0 where that is not clear."""
    found = names(rest)
    if found and found[0].start <= 4:
        end = found[0].end
        return 0 if rest[end : end + 2] in ("'s", "’s") else end
    tokens = words(rest)
    if not tokens:
        return 0
    first = 1 if tokens[0].lower in ("the", "a", "an", "its", "their", "his", "her") else 0
    if first >= len(tokens):
        return 0
    last = first
    while first and last + 1 < len(tokens) - 1 and known.is_noun(tokens[last + 1].lower) and last - first < 2:
        if tokens[last + 1].lower in STOPWORDS:
            break
        last += 1
    return tokens[last].end


def _merely_about(what: str, frame: Frame) -> str:
    """Where no place in the question before is clear: what is asked about, and of what."""
    about = topic(frame.question, frame.known)
    if not about:
        people = person_names(lowered(frame.question), frame.known)
        about = people[0].text if people else ""
    if not about or names(what):
        return f"what about {what}"
    return f"what about {what} in the case of {about}"
