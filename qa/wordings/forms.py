# ruff: noqa: E501
"""Forms of one word that a stemmer leaves apart: irregular verbs and plurals, a people and its country, British
and American spelling.
"""

from __future__ import annotations

IRREGULAR = {
    "won": "win", "bought": "buy", "sold": "sell", "went": "go", "gone": "go", "said": "say", "told": "tell", "paid": "pay",
    "died": "die", "dead": "die", "death": "die", "deaths": "die", "dying": "die", "met": "meet", "made": "make",
    "took": "take", "taken": "take", "gave": "give", "held": "hold", "led": "lead", "left": "leave", "lost": "lose",
    "fell": "fall", "fallen": "fall", "rose": "rise", "risen": "rise", "began": "begin", "begun": "begin", "beat": "beat",
    "beaten": "beat", "struck": "strike", "spoke": "speak", "spoken": "speak", "thought": "think", "found": "find",
    "spent": "spend", "sent": "send", "came": "come", "became": "become", "grew": "grow", "grown": "grow", "knew": "know",
    "shot": "shoot", "stole": "steal", "stolen": "steal", "swore": "swear", "sworn": "swear", "chose": "choose",
    "chosen": "choose", "wrote": "write", "written": "write", "drove": "drive", "flew": "fly", "fought": "fight", "leaders": "leader",
    "caught": "catch", "built": "build", "broke": "break", "broken": "break", "sank": "sink", "sunk": "sink", "children": "child", "women": "woman", "men": "man",
    "kept": "keep", "laid": "lay", "ran": "run", "brought": "bring", "taught": "teach", "sought": "seek", "fled": "flee", "threw": "throw", "thrown": "throw",
    "stood": "stand", "withdrew": "withdraw", "withdrawn": "withdraw", "burnt": "burn", "got": "get", "swept": "sweep", "lent": "lend", "dealt": "deal", "seen": "see",
    "saw": "see", "drew": "draw", "drawn": "draw", "hid": "hide", "hidden": "hide", "forgot": "forget", "forgotten": "forget", "froze": "freeze", "frozen": "freeze",
    "shook": "shake", "shaken": "shake", "tore": "tear", "torn": "tear", "rebuilt": "rebuild", "undertook": "undertake", "overtook": "overtake", "felt": "feel", "lit": "light",
    "hung": "hang", "slept": "sleep", "woke": "wake", "wore": "wear", "worn": "wear", "stuck": "stick",
}  # fmt: skip
"""The plain form of irregular ones, in lower case: a question asks "what did they buy", its article says
"bought"."""

# A people or an abbreviation and its country, where the spelling does not show it.
NATIONS = dict(
    pair.split("/")
    for pair in """british/britain uk/britain french/france dutch/netherlands greek/greece german/germany spanish/spain
        swiss/switzerland polish/poland danish/denmark norwegian/norway swedish/sweden finnish/finland
        irish/ireland welsh/wales scottish/scotland turkish/turkey chinese/china usa/america
        american/america americans/america eu/european europe/european philippine/philippines
        filipino/philippines thai/thailand czech/czechia emirati/emirates""".split()
)
"""Countries by a people or an abbreviation, in lower case, where the spelling does not show it."""

PEOPLES = dict(
    pair.split("/")
    for pair in """afghan/afghanistan albanian/albania algerian/algeria angolan/angola argentine/argentina
        armenian/armenia asian/asia australian/australia austrian/austria belgian/belgium bolivian/bolivia
        bosnian/bosnia brazilian/brazil bulgarian/bulgaria burmese/burma cambodian/cambodia canadian/canada
        chilean/chile colombian/colombia congolese/congo croatian/croatia cuban/cuba cypriot/cyprus
        egyptian/egypt estonian/estonia ethiopian/ethiopia georgian/georgia haitian/haiti hungarian/hungary
        icelandic/iceland indian/india indonesian/indonesia iranian/iran iraqi/iraq israeli/israel
        italian/italy jamaican/jamaica japanese/japan jordanian/jordan kenyan/kenya korean/korea
        kosovar/kosovo kuwaiti/kuwait latvian/latvia lebanese/lebanon liberian/liberia libyan/libya
        lithuanian/lithuania malaysian/malaysia mexican/mexico mongolian/mongolia moroccan/morocco
        nepalese/nepal nigerian/nigeria pakistani/pakistan palestinian/palestine panamanian/panama
        peruvian/peru portuguese/portugal romanian/romania russian/russia rwandan/rwanda saudi/arabia
        senegalese/senegal serbian/serbia singaporean/singapore slovak/slovakia slovenian/slovenia
        somali/somalia sudanese/sudan syrian/syria taiwanese/taiwan tibetan/tibet tunisian/tunisia
        ugandan/uganda ukrainian/ukraine uruguayan/uruguay venezuelan/venezuela vietnamese/vietnam
        yemeni/yemen zambian/zambia zimbabwean/zimbabwe african/africa""".split()
)
"""The other countries by their people, which read much the same and have different stems."""

# British, American; of stems: "organis" and "organiz", "labour", "centr", "defenc", "analys", "programm".
_SPELLINGS = (("is", "iz"), ("our", "or"), ("tr", "ter"), ("enc", "ens"), ("ys", "yz"), ("gramm", "gram"))
SHORTEST_RESPELLED = 5


def respelled(stem: str) -> list[str]:
    """How the word with this stem would be spelled on the other side of the Atlantic, as stems, whether or
    not there is such a word.
    """
    found = []
    for british, american in _SPELLINGS:
        for one, other in ((british, american), (american, british)):
            if len(stem) >= SHORTEST_RESPELLED and stem.endswith(one):
                found.append(stem.removesuffix(one) + other)
    return found
