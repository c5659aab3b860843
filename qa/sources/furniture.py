"""The wording of page furniture: what menus, share bars, notices, link lists and tails say. Patterns only,
compiled once.

Every pattern is for a whole paragraph and ignores case. Each needs words that only a page's furniture uses
together.
"""

from __future__ import annotations

import re

_NETWORKS = (
    "facebook|google news|twitter|whatsapp|linkedin|reddit|telegram|messenger|pinterest|threads|bluesky"
    "|mastodon|instagram|youtube|tiktok|flipboard|pocket|x"
)
# Atomic groups, longest words first: "world news world news ..." must not be tried in every way it reads.
_SHARE = (
    rf"(?>{_NETWORKS}|gift(?: this article)?|copy(?: link)?|pin(?: it)?|bookmark|share|tweet|e-?mail|print"
    r"|save|link|sms|more)"
)
_SHARE_LEAD = (
    r"(?:share|follow|send|save)(?: (?:this|us))?(?: (?:article|story|page|post))?(?: (?:on|via))?"
    r"\s*[:|»>→]\s*"
)
# One question may stand before a pitch: "Enjoying the Courier? Sign up for our ..."
_LURE = r"(?:[^.!?]{2,80}\? )?"

_MENU = (
    r"(?>international edition|investigations|privacy policy|cookie policy|entertainment|international"
    r"|newsletters?|terms of use|classifieds|crosswords?|editorials?|environment|explainers?|latest news"
    r"|middle east|real estate|top stories|columnists|contact us|fact check|my account|obituaries"
    r"|support us|technology|world news|advertise|education|lifestyle|podcasts?|subscribe|about us"
    r"|americas|analysis|business|e-?paper|features|football|homepage|in depth|magazine|motoring"
    r"|national|pictures|politics|property|regional|register|sections|account|archive|climate|comment"
    r"|contact|cookies|culture|economy|edition|fashion|finance|letters|log out|markets|opinion|privacy"
    r"|puzzles|science|sign in|sign up|sitemap|sports?|videos?|weather|africa|donate|energy|europe"
    r"|events|health|latest|log in|movies|photos|search|travel|u\.s\.|about|arts?|audio|books|crime"
    r"|games|local|login|money|music|radio|store|style|terms|world|asia|cars|film|food|help|home|jobs"
    r"|life|live|menu|more|news|shop|tech|faq|law|rss|usa|tv|uk|us)"
)
_MENU_MARK = r"\s*[|·•/>»›→▸–—-]\s*"

_SHARING = (
    rf"(?:{_SHARE_LEAD})?{_SHARE}(?:[\s|·•,/]+{_SHARE})+",
    rf"{_SHARE_LEAD}{_SHARE}",
    r"(?:click to )?(?:share|tweet|pin|post|e-?mail|send|save) (?:this|it|on|via|to|with|by|the)\b"
    rf"(?: (?:article|story|page|post|on|via|to|a|friends?|link|with|by|e-?mail|this|your|and|or"
    rf"|{_NETWORKS}))*"
    r"(?: \(opens in new window\))?[.:!]?",
    r"(?:share|tweet|sharing|share options|link copied[.!]?|print this (?:page|article)"
    r"|listen to (?:this )?(?:article|story)"
    r"|save for later|\d+ shares?|gift this article)[:.]?",
    r"(?:follow|like|find|join) us (?:on|at) .{1,80}",
    rf"follow [@\w .'’-]{{2,40}} on (?:{_NETWORKS})\b.{{0,60}}",
)
_CONSENT = (
    r"(?:we|we and our (?:\d+ )?partners|this (?:web)?site|our (?:web)?site) (?:uses?"
    r"|stores?) .{0,80}\bcookies\b.*"
    r"\b(?:experience|traffic|site|personal\w*|ads?|advertis\w+|content|consent|analy\w+|privacy|agree"
    r"|accept|policy"
    r"|browser|devices?|partners)\b.*",
    r"by (?:continuing|clicking|using|browsing)\b.{0,120}"
    r"\byou (?:agree|accept|consent|confirm|acknowledge|understand)\b.*",
    r"(?:accept|reject|allow|manage|decline)"
    r"(?: (?:all|cookies|preferences|options|choices|and continue|settings|cookie settings))+",
    r"cookie (?:policy|settings|preferences|notice|consent)|your privacy(?: choices)?"
    r"|do not sell my (?:personal )?information|got it[.!]?",
)
_NEWSLETTERS = (
    rf"{_LURE}(?:sign up|subscribe|register|get|join|receive)\b[^.!?]{{0,60}}\bour\b.{{0,160}}"
    r"\b(?:newsletters?|inbox|briefings?|mailing list|alerts?|bulletins?|subscribers|e-?mails?|app|channel"
    r"|updates)\b.{0,160}",
    rf"{_LURE}(?:sign up|subscribe) (?:to|for) (?:the|this|a|free|daily|weekly) .{{0,100}}"
    r"\b(?:newsletters?|briefing|bulletin)\b.{0,60}(?:inbox|free|here|today|now|e-?mail).{0,60}",
    r"(?:sign up|subscribe)"
    r"(?: (?:here|now|today|for free|to read|to continue(?: reading)?"
    r"|for (?:just )?[$£€]\d.{0,40}))?[.!:»>]?",
    r"[^.!?]{0,140}\b(?:newsletter|bulletin|briefing|podcast)\b[^.!?]{0,160}[.!:?] (?:click (?:here )?to )?"
    r"(?:sign up|subscribe|join)(?: (?:here|now|today|for free|free|below))*[.!:»>]?",
    rf"{_LURE}(?:get|have) .{{0,100}}\b(?:straight |direct(?:ly)? |right )?(?:to|in) your (?:e-?mail )?"
    r"inbox\b.{0,100}",
    r"(?:enter your e-?mail(?: address)?|your e-?mail(?: address)?|thanks? (?:you )?for (?:signing up"
    r"|subscribing)"
    r"|invalid e-?mail)[.!:*]*",
    r"(?:you can )?unsubscribe at any time[.!]?.{0,60}|no spam\b.{0,40}",
    r"by (?:signing up|subscribing|entering your e-?mail)\b.{0,30}\byou (?:agree|accept|consent"
    r"|will receive|confirm).*",
    r"(?:want|looking for|enjoy(?:ed|ing)?|like) (?:more|what you|this|our).{0,80}\? .{0,20}"
    r"(?:sign up|subscribe|join|support|donate)\b.{0,200}",
    r"(?:this (?:article|newsletter|form) is )?protected by recaptcha\b.*",
    r"download (?:the|our) .{0,40}\bapp\b.{0,80}",
)
_LINKS = (
    r"(?:read|see|watch|listen|hear)(?: more| next| also| now)?\s*[:|»>→]\s*.{1,160}",
    r"(?:related|more|also read|don['’]t miss|you may (?:also )?like|recommended|up next"
    r"|in case you missed it|see also"
    r"|read also|related (?:articles?|stories|story|coverage|reading))\s*[:|»>→]\s*.{1,160}",
)
_RIGHTS = (
    r"(?:©|\(c\)|copyright\b[\s:]*(?:©|\(c\)|\d{4})|tm & ©).{0,300}",
    r"this (?:material|article|content|story) (?:may not|must not|cannot|can not) be"
    r" (?:published|reproduced|republished|copied|distributed).{0,200}",
)
_COMMENTS = (
    r"(?:leave|post|add|write|submit) (?:a|your) (?:comment|reply)\b.{0,40}",
    r"(?:view|show|hide|see|load|read)(?: all)?(?: more)?(?: \d+)? comments?(?: \(?\d+\)?)?",
    r"\(?\d+\)? comments?|comments? ?\(?\d*\)?|(?:join|start) the (?:conversation|discussion|debate)[.!]?",
    r"(?:log|sign) in (?:or (?:register|sign up) )?to (?:comment|leave a comment|join the conversation"
    r"|continue|read).{0,40}",
    r"your e-?mail address will not be published.*|comments (?:are closed|are off|have been closed).{0,40}",
    r"no comments yet\b.{0,40}|have your say[.!:]?|let us know (?:what you think )?in the comments.{0,60}",
    r"(?:what do you think\?|have your say|tell us what you think)[.,]? .{0,80}\b(?:comments?|below"
    r"|e-?mail)\b.{0,40}",
)
_PAGE = (
    r"(?:-+\s*)?(?:advertisement|advert|sponsored(?: content)?|promoted(?: content)?|ad)(?:\s*-+.{0,60}|\s*)",
    r"(?:story|article) continues (?:below|after).{0,40}|scroll (?:down )?(?:for more|to continue).{0,40}",
    r"skip (?:to (?:main |the )?(?:content|navigation|article|footer)|past|advertisement|ad)\b.{0,40}",
    r"continue reading(?: below| the main story)?|(?:back to|return to) (?:the )?(?:top|home(?: ?page)?)",
    r"jump to (?:content|navigation)|toggle (?:menu|navigation)|open (?:menu|search)|close(?: menu)?",
    r"(?:main |site )?(?:menu|navigation)|load more|show more|read (?:the )?full (?:story|article)|loading\W*"
    r"|please enable javascript.{0,80}",
    r"(?:estimated )?(?:reading time:? )?\d{1,2}[ -]min(?:ute)?s?(?: read(?:ing)?(?: time)?)?",
)


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


NOTICE = _any_of(*_SHARING, *_CONSENT, *_NEWSLETTERS, *_LINKS, *_RIGHTS, *_COMMENTS, *_PAGE)
"""A paragraph that is no part of an article wherever it stands."""

LATE_NOTICE = _any_of(
    r"(?:.{0,120}(?:[.,;|]|\b(?:inc|ltd|llc|lp|plc|corp|\d{4})) )?all rights reserved(?:[.!|,].{0,200})?",
    r".{0,60}google privacy policy and terms of service apply[.!]?",
)
"""The same, where the telling words come late; only worth trying on a paragraph with one of LATE_WORDS."""

LATE_WORDS = ("rights reserved", "terms of service apply")

MENU_WORD = _any_of(_MENU)
"""One entry of a menu; by itself it may be the article's section."""

MENU_BAR = _any_of(
    rf"{_MENU}(?:{_MENU_MARK}{_MENU}){{2,}}",
    rf"{_MENU}(?:\s+{_MENU}){{3,}}",
    r"home(?:\s*[>»›/→]\s*[^>»›/→]{2,60}){1,6}",
)
"""A whole menu, or the way from the home page to the article, on one line."""

LINKS_HEADING = _any_of(
    r"(?:related|recommended|similar|further)"
    r"(?: (?:articles?|stories|story|content|coverage|topics?|posts?|links?|news|reading|reads|tags))?\s*:?",
    r"(?:(?:read|more) (?:next|more)|more on this(?: story| topic)?|more (?:from|on) .{2,40}|see also"
    r"|also read)\s*:?",
    r"(?:you (?:may|might) (?:also )?like|recommended for you|trending(?: now| stories)?|don['’]t miss"
    r"|up next)\s*:?",
    r"(?:most (?:read|popular|viewed|shared|commented)(?: (?:stories|articles|news|in .{2,30}))?)\s*:?",
    r"(?:top stories|latest (?:news|stories|headlines)|editors?['’]? (?:picks|choice)|popular (?:stories"
    r"|articles|now))\s*:?",
    r"(?:in case you missed it|around the web|from our partners|sponsored (?:stories|links))\s*:?",
)
"""The heading of a list of links to other articles."""

TAIL_HEADING = _any_of(
    r"editorial (?:context|team|standards?|policy|policies|guidelines|process|note|review|insights?"
    r"|integrity|oversight"
    r"|transparency|methodology|board|staff)\b.*",
    r"(?:our |the )?(?:methodology|editorial|newsroom standards|fact[- ]?check(?:ed|ing|er|ers)?"
    r"|verification)"
    r"(?: (?:and|&) .+| process| policy| standards| status| date| by:?.*)?",
    r"(?:primary|verified|original|secondary|cited|trusted) sources?\b.{0,30}|sources?|sources? (?:and"
    r"|&) .{2,30}",
    r"(?:original|independent) (?:analysis|reporting)\b.*|.*\b(?:multi|multiple)[- ]sources? verif\w+",
    r"quality (?:assurance|control)|.*\bquality assurance|.*\beditorial standards\b.*",
    r"(?:senior|managing|executive|chief|deputy|associate|copy|news|lead|contributing|verification|standards)"
    r" (?:editor|reviewer|fact[- ]checker)|editor(?:-in-chief)?",
    r"(?:reviewed|verified|fact[- ]?checked|approved) by\b.*",
    r"(?:our )?(?:standards|trust principles|code of ethics|ethics policy|corrections policy)(?: .{2,40})?",
    r"about (?:the|this|our) (?:authors?|articles?|story|report|reporters?|writers?|editors?|team|reporting"
    r"|journalism|newsroom|coverage|site|publication|process)"
    r"|author bio(?:graphy)?",
    r"(?:why|how) (?:you can trust|(?:to )?trust us|we (?:work|report|verify|check|fact-check|source|make"
    r"|made|produced?)\b).*",
    r"how (?:this|our) (?:article|story|report|piece|journalism) (?:was|is|were|are)"
    r" (?:reported|made|written|produced|checked|sourced)",
    r"(?:last |next )?(?:reviewed|verified|fact[- ]?checked|review)(?: on)?|review(?:ed)? date",
    r"(?:ai|a\.i\.) (?:disclosure|transparency|usage)\b.*|transparency(?: .{2,30})?|verified"
    r"|trust (?:indicators?|score|project)",
)
"""A heading or label of the tail in which a page vouches for itself."""

ITSELF = re.compile(
    r"\b(?:this|every|each|the) (?:article|story|report|piece|content|analysis|publication)\b"
    r"|\b(?:articles|stories|reports|content|pieces) (?:on|in) (?:this|our) (?:(?:web)?site|page|newspaper)\b"
    r"|\ball (?:claims|facts|information|content|articles|stories|sources|quotes)\b"
    r"|\bour (?:[a-z-]+ )?(?:team|standards|process|newsroom|editors|methodology|polic(?:y|ies)|guidelines"
    r"|commitment"
    r"|reviewers|fact-checkers|content|reporting|coverage)\b"
    r"|\bwe (?:are committed|strive|adhere|maintain|follow|fact-check|verify|cross-check|cross-reference"
    r"|take)\b",
    re.IGNORECASE,
)
"""Where a sentence speaks of the page or its makers."""

PRAISE = re.compile(
    r"fact[- ]?check|editorial (?:team|standards|guidelines|process|polic|review|integrity|oversight"
    r"|independence)"
    r"|(?:verified|reviewed|checked) (?:before|by|for|prior|and)|cross-?(?:referenc|check)"
    r"|(?:multiple|two|several) (?:primary |independent |trusted |named )?sources|primary sources"
    r"|independent sources|accura|balanced|(?:second|another) editor|before (?:they|it) go(?:es)? online"
    r"|(?:high|rigorous|strict)\w* (?:editorial |journalistic )?standards|original (?:analysis|reporting"
    r"|research)"
    r"|synthesi[sz]|human (?:review|editor)|artificial intelligence|\bAI\b|reliab|transparen|trustworth"
    r"|impartial"
    r"|methodolog|before publication",
    re.IGNORECASE,
)
"""The words in which it vouches."""

BIOGRAPHY = re.compile(
    r"\b(?:specialis|specializ)\w+ in\b|\bcovers\b|\bhas (?:covered|reported|written|worked)\b"
    r"|\byears of experience\b"
    r"|\bis (?:a|an|the|our) (?:[\w-]+ ){0,3}"
    r"(?:editor|reporter|correspondent|journalist|writer|columnist|reviewer|fact-checker)\b",
    re.IGNORECASE,
)
"""A sentence about a member of the staff."""

REPORTING = re.compile(
    r"[\"“”«»0-9]|\b(?:said|says|told|added|wrote|according to|announced|argued|warned|denied|asked)\b"
)
"""What only an article does: quote, report who said what, give figures.

A page that vouches for itself does none of it.
"""
