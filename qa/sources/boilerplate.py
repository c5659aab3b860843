"""Which paragraphs of a pasted page are not the article: menus, share bars, cookie and newsletter notices, link lists, tails.

Precision comes first in the body: a paragraph goes only when all of it is boilerplate. A list of links after its heading goes with
it. The tail goes from its first heading on ("Methodology", "Editorial team") when nothing after it reads like the article.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST_NOTICE = 400
_LONGEST_LINK = 160

_SHARE = r"(?:share|tweet|pin(?: it)?|e-?mail|print|save|copy(?: link)?|link|bookmark|facebook|twitter|x|whatsapp|linkedin|reddit|telegram|messenger|pinterest|threads|bluesky|mastodon|instagram|youtube|tiktok|flipboard|pocket|sms|gift(?: this article)?|more)"
_MENU_WORDS = (
    "home|homepage|news|latest|latest news|top stories|world|world news|uk|us|u\\.s\\.|usa|europe|asia|africa|americas|middle east|"
    "national|local|regional|politics|business|economy|money|finance|markets|opinion|comment|editorials?|columnists|letters|sports?|"
    "football|tech|technology|science|health|climate|environment|energy|education|culture|arts?|books|music|film|movies|tv|radio|"
    "entertainment|lifestyle|life|style|fashion|food|travel|cars|motoring|property|real estate|obituaries|weather|video|videos|photos|"
    "pictures|audio|podcasts?|live|newsletters?|crosswords?|puzzles|games|magazine|jobs|classifieds|shop|store|events|archive|more|"
    "menu|search|sections|sign in|sign up|log in|log out|login|register|subscribe|donate|support us|my account|account|contact|"
    "contact us|about|about us|help|faq|advertise|privacy|privacy policy|terms|terms of use|cookies|cookie policy|sitemap|rss|e-paper|"
    "epaper|edition|international|international edition|investigations|features|analysis|in depth|explainers?|fact check|law|crime"
)
_ONE_MENU_WORD = re.compile(rf"(?:{_MENU_WORDS})", re.IGNORECASE)
_MENU_BAR = re.compile(
    rf"(?:{_MENU_WORDS})(?:\s*[|·•/>»›→▸–—-]\s*(?:{_MENU_WORDS})){{2,}}|(?:{_MENU_WORDS})(?:\s+(?:{_MENU_WORDS})){{3,}}",
    re.IGNORECASE,
)
_BREADCRUMBS = re.compile(r"home(?:\s*[>»›/→]\s*[^>»›/→]{2,60}){1,6}", re.IGNORECASE)

# Whole paragraphs, whatever their case. Each alternative must need words that only a page's furniture uses.
_NOTICE = re.compile(
    "|".join(
        (
            rf"{_SHARE}(?:[\s|·•,/]+{_SHARE})+",
            r"(?:click to )?(?:share|tweet|pin|post|e-?mail|send|save) (?:this|it|on|via|to|with|by|the)\b(?: (?:article|story|page|post|on|via|to|a|friends?|"
            r"link|with|by|e-?mail|facebook|twitter|x|whatsapp|linkedin|reddit|telegram|messenger|pinterest|threads|bluesky|this|your|and|or))*"
            r"(?: \(opens in new window\))?[.:!]?",
            r"(?:share|tweet|share this|sharing|share options|copy link|link copied[.!]?|print this (?:page|article)|listen to (?:this )?(?:article|story)"
            r"|save for later|\d+ shares?|gift this article)[:.]?",
            r"(?:follow|like|find|join) us (?:on|at) .{1,80}",
            r"follow [@\w .'’-]{2,40} on (?:twitter|x|facebook|instagram|bluesky|linkedin|threads|youtube|google news)\b.{0,60}",
            r"(?:we|we and our (?:\d+ )?partners|this (?:web)?site|our (?:web)?site) (?:uses?|stores?) .{0,80}\bcookies\b.*"
            r"\b(?:experience|traffic|site|personal\w*|ads?|advertis\w+|content|consent|analy\w+|privacy|agree|accept|policy|browser|devices?|partners)\b.*",
            r"by (?:continuing|clicking|using|browsing)\b.{0,120}\byou (?:agree|accept|consent|confirm|acknowledge|understand)\b.*",
            r"(?:accept|reject|allow|manage|decline)(?: (?:all|cookies|all cookies|preferences|options|choices|and continue|settings|cookie settings))+|"
            r"cookie (?:policy|settings|preferences|notice|consent)|your privacy(?: choices)?|do not sell my (?:personal )?information|got it[.!]?",
            r"(?:sign up|subscribe|register|get|join|receive)\b[^.!?]{0,60}\bour\b.{0,160}\b(?:newsletters?|inbox|briefings?|mailing list|alerts?|bulletins?|"
            r"subscribers|e-?mails?|app|channel|updates)\b.{0,160}",
            r"(?:sign up|subscribe) (?:to|for) (?:the|this|a|free|daily|weekly) .{0,100}\b(?:newsletters?|briefing|bulletin)\b.{0,60}(?:inbox|free|here|today|"
            r"now|e-?mail).{0,60}",
            r"(?:sign up|subscribe)(?: (?:here|now|today|for free|to read|to continue|to continue reading|for (?:just )?[$£€]\d.{0,40}))?[.!:»>]?",
            r"(?:get|have) .{0,100}\b(?:delivered |sent )?(?:straight |direct(?:ly)? |right )?(?:to|in) your (?:e-?mail )?inbox\b.{0,100}",
            r"(?:enter your e-?mail(?: address)?|your e-?mail(?: address)?|thanks? (?:you )?for (?:signing up|subscribing)|invalid e-?mail|"
            r"you can unsubscribe at any time|unsubscribe at any time|no spam\b.{0,40})[.!:]?.{0,60}",
            r"by (?:signing up|subscribing|entering your e-?mail)\b.{0,30}\byou (?:agree|accept|consent|will receive|confirm).*",
            r"(?:want|looking for|enjoy(?:ed|ing)?|like) (?:more|what you|this|our).{0,80}\? .{0,20}(?:sign up|subscribe|join|support|donate)\b.{0,200}",
            r"(?:this (?:article|newsletter|form) is protected by |protected by )?recaptcha\b.*|.{0,60}google privacy policy and terms of service apply[.!]?",
            r"(?:read|see|watch|listen|hear)(?: more| next| also| now)?\s*[:|»>→]\s*.{1,160}",
            r"(?:related|more|also read|don['’]t miss|you may (?:also )?like|recommended|up next|in case you missed it|see also|read also|related (?:articles?|stories|"
            r"story|coverage|reading))\s*[:|»>→]\s*.{1,160}",
            r"(?:©|\(c\)|copyright\b[\s:]*(?:©|\(c\)|\d{4})).{0,300}",
            r"(?:.{0,120}(?:[.,;|]|\b(?:inc|ltd|llc|lp|plc|corp|\d{4})) )?all rights reserved(?:[.!|,].{0,200})?",
            r"this (?:material|article|content|story) (?:may|must|cannot|can) not? ?be (?:published|reproduced|republished|copied|distributed).{0,200}",
            r"(?:leave|post|add|write|submit) (?:a|your) (?:comment|reply)\b.{0,40}|(?:view|show|hide|see|load|read)(?: all)?(?: more)?(?: \d+)? comments?(?: \(?\d+\)?)?|"
            r"\(?\d+\)? comments?|comments? ?\(?\d*\)?|(?:join|start) the (?:conversation|discussion|debate)[.!]?|"
            r"(?:log|sign) in (?:or (?:register|sign up) )?to (?:comment|leave a comment|join the conversation|continue|read).{0,40}|"
            r"your e-?mail address will not be published.*|comments (?:are closed|are off|have been closed).{0,40}|no comments yet\b.{0,40}",
            r"(?:what do you think\?|have your say|tell us what you think)[.,]? .{0,80}\b(?:comments?|below|e-?mail)\b.{0,40}|have your say[.!:]?|"
            r"let us know (?:what you think )?in the comments.{0,60}",
            r"(?:-+\s*)?(?:advertisement|advert|sponsored(?: content)?|promoted(?: content)?|ad)(?:\s*-+.{0,60}|\s*)|(?:story|article) continues (?:below|after).{0,40}|"
            r"scroll (?:down )?(?:for more|to continue).{0,40}|skip (?:to|past|advertisement).{0,60}|continue reading(?: below| the main story)?|"
            r"(?:back to|return to) (?:top|home(?: ?page)?|the top)|jump to (?:content|navigation)|toggle (?:menu|navigation)|open (?:menu|search)|close(?: menu)?|"
            r"(?:main |site )?(?:menu|navigation)|load more|show more|read (?:full|the full) (?:story|article)|loading\W*|please enable javascript.{0,80}",
            r"(?:estimated )?(?:reading time:? )?\d{1,2}[ -]min(?:ute)?s?(?: read(?:ing)?(?: time)?)?|reading time:? \d{1,2} min(?:ute)?s?",
            r"download (?:the|our) .{0,40}\bapp\b.{0,80}",
        )
    ),
    re.IGNORECASE,
)  # fmt: skip
_LINKS_HEADING = re.compile(
    r"(?:(?:related|recommended|similar|further)(?: (?:articles?|stories|story|content|coverage|topics?|posts?|links?|news|reading|reads|tags))?|"
    r"(?:read|more) (?:next|more)|more on this(?: story| topic)?|more (?:from|on) .{2,40}|see also|also read|(?:you (?:may|might) (?:also )?like)|"
    r"recommended for you|most (?:read|popular|viewed|shared|commented)(?: (?:stories|articles|news|in .{2,30}))?|trending(?: now| stories)?|don['’]t miss|up next|"
    r"top stories|latest (?:news|stories|headlines)|editors?['’]? (?:picks|choice)|popular (?:stories|articles|now)|in case you missed it|"
    r"around the web|from our partners|sponsored (?:stories|links))\s*:?",
    re.IGNORECASE,
)

# The vocabulary of tails in which a page vouches for itself.
_TAIL_HEADING = re.compile(
    r"editorial (?:context|team|standards?|policy|policies|guidelines|process|note|review|insights?|integrity|oversight|transparency|methodology|board|staff)\b.*"
    r"|(?:our |the )?(?:methodology|editorial|newsroom standards|fact[- ]?check(?:ed|ing|er|ers)?|verification)(?: (?:and|&) .+| process| policy| standards| by:?.*)?"
    r"|(?:primary|verified|original|secondary|cited|trusted) sources?\b.{0,30}|sources?|sources? (?:and|&) .{2,30}"
    r"|(?:original|independent) (?:analysis|reporting)\b.*|.*\b(?:multi|multiple)[- ]sources? verif\w+"
    r"|quality (?:assurance|control)|.*\bquality assurance|(?:senior|managing|executive|chief|deputy|associate|copy|news|lead|contributing|verification|standards)"
    r" (?:editor|reviewer|fact[- ]checker)|editor(?:-in-chief)?|(?:reviewed|verified|fact[- ]?checked|approved) by\b.*"
    r"|.*\beditorial standards\b.*|(?:our )?(?:standards|trust principles|code of ethics|ethics policy|corrections policy)(?: .{2,40})?"
    r"|about (?:the|this|our) (?:authors?|articles?|story|report|reporters?|writers?|editors?|team)|author bio(?:graphy)?"
    r"|(?:why|how) (?:you can )?(?:trust|we (?:report|verify|check|fact-check)).*|(?:ai|a\.i\.) (?:disclosure|transparency|usage)\b.*|transparency(?: .{2,30})?|verified"
    r"|trust (?:indicators?|score|project)",
    re.IGNORECASE,
)  # fmt: skip
_ITSELF = re.compile(
    r"\b(?:this|every|each|the) (?:article|story|report|piece|content|analysis|publication)\b|\ball (?:claims|facts|information|content|articles|stories|sources|quotes)\b"
    r"|\bour (?:[a-z-]+ )?(?:team|standards|process|newsroom|editors|methodology|polic(?:y|ies)|guidelines|commitment|reviewers|fact-checkers|content|reporting|coverage)\b"
    r"|\bwe (?:are committed|strive|adhere|maintain|follow|fact-check|verify|cross-check|cross-reference|take)\b",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"fact[- ]?check|editorial (?:team|standards|guidelines|process|polic|review|integrity|oversight|independence)|(?:verified|reviewed|checked) (?:before|by|for|prior|and)"
    r"|cross-?(?:referenc|check)|multiple (?:primary |independent |trusted )?sources|primary sources|accura|balanced|(?:high|rigorous|strict)\w* (?:editorial |journalistic )?standards"
    r"|original (?:analysis|reporting|research)|synthesi[sz]|human (?:review|editor)|artificial intelligence|\bAI\b|reliab|transparen|trustworth|impartial|methodolog|before publication",
    re.IGNORECASE,
)
_BIO = re.compile(
    r"\b(?:specialis|specializ)\w+ in\b|\bcovers\b|\bhas (?:covered|reported|written|worked)\b|\byears of experience\b|\bis (?:a|an|the|our) (?:[\w-]+ ){0,3}"
    r"(?:editor|reporter|correspondent|journalist|writer|columnist|reviewer|fact-checker)\b",
    re.IGNORECASE,
)
# What only an article does: quote, report who said what, give figures. A page that vouches for itself does none of it.
_REPORTING = re.compile(r"[\"“”«»0-9]|\b(?:said|says|told|added|wrote|according to|announced|argued|warned)\b")
_ENDS = re.compile(r"""[.!?…:;]["'”’»)\]]*$""")
_TEMPLATE_LIMIT = 18


def without_boilerplate(paragraphs: Sequence[str]) -> list[str]:
    """`paragraphs` without those that are not part of the article, in their order."""
    return _without_tail(_without_notices(_without_menus(paragraphs)))


def is_sentence(paragraph: str) -> bool:
    """Whether a paragraph ends like a sentence and is longer than a label."""
    return bool(_ENDS.search(paragraph)) and len(paragraph.split(None, 4)) >= 4


def _without_menus(paragraphs: Sequence[str]) -> list[str]:
    """Menu lines off: single ones only in runs of three or more, since one may be the article's own section heading."""
    kept: list[str] = []
    run: list[str] = []
    for paragraph in paragraphs:
        short = len(paragraph) <= 25
        if short and _ONE_MENU_WORD.fullmatch(paragraph):
            run.append(paragraph)
            continue
        if len(run) < 3:
            kept.extend(run)
        run = []
        if len(paragraph) > _LONGEST_NOTICE or _ENDS.search(paragraph):
            kept.append(paragraph)
        elif not (_MENU_BAR.fullmatch(paragraph) or _BREADCRUMBS.fullmatch(paragraph)):
            kept.append(paragraph)
    return kept if len(run) >= 3 else kept + run


def _without_notices(paragraphs: Sequence[str]) -> list[str]:
    kept: list[str] = []
    in_links = False
    for paragraph in paragraphs:
        if len(paragraph) > _LONGEST_NOTICE:
            in_links = False
            kept.append(paragraph)
        elif _LINKS_HEADING.fullmatch(paragraph):
            in_links = True
        elif _NOTICE.fullmatch(paragraph):
            continue
        elif not (in_links and _is_link(paragraph)):
            in_links = False
            kept.append(paragraph)
    return kept


def _is_link(paragraph: str) -> bool:
    """Whether a paragraph looks like a headline in a list of links."""
    return len(paragraph) <= _LONGEST_LINK and (not _ENDS.search(paragraph) or paragraph.endswith("?"))


def _without_tail(paragraphs: list[str]) -> list[str]:
    """Everything before the tail in which a page vouches for itself.

    The tail may begin only after the last paragraph that reads like the article. It needs two pieces of evidence: two of its
    headings, or one sentence of self-praise.
    """
    start = len(paragraphs)
    while start > 0 and _may_be_tail(paragraphs[start - 1]):
        start -= 1
    if start == 0 or start == len(paragraphs):
        return paragraphs
    evidence = [_tail_evidence(paragraph) for paragraph in paragraphs[start:]]
    if sum(evidence) < 2:
        return paragraphs
    first = next(index for index, weight in enumerate(evidence) if weight)
    return paragraphs[: start + first]


def _may_be_tail(paragraph: str) -> bool:
    if not is_sentence(paragraph):
        return len(paragraph.split()) <= _TEMPLATE_LIMIT
    if _is_self_praise(paragraph):
        return True
    return len(paragraph) <= _LONGEST_NOTICE and bool(_BIO.search(paragraph)) and not _REPORTING.search(paragraph)


def _tail_evidence(paragraph: str) -> int:
    """2 for a sentence of self-praise, 1 for a heading of the kind that tails have, else 0."""
    if is_sentence(paragraph):
        return 2 if _is_self_praise(paragraph) else 0
    return 1 if len(paragraph.split()) <= 10 and _TAIL_HEADING.fullmatch(paragraph.rstrip(":")) else 0


def _is_self_praise(paragraph: str) -> bool:
    if len(paragraph) > 2 * _LONGEST_NOTICE or _REPORTING.search(paragraph) or not _ITSELF.search(paragraph):
        return False
    return len({match.group().lower() for match in _PRAISE.finditer(paragraph)}) >= 2
