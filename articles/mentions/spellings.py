"""How texts write the names and codes of securities. Pure; names and texts are normalised."""

import re
from functools import lru_cache
from typing import Final

from ..characters import HAN_RANGE
from ..search.text.exchange_marks import PREFIX, SPECIAL, SUFFIX
from ..search.text.normalise import normalise

#: What ends the name of a company in English: Kweichow Moutai Co., Ltd.
LEGAL_FORM = re.compile(
    r"[ ,&](?:company|co|corporation|corp|incorporated|inc|limited|ltd|plc)(?![a-z])"
)
#: What may be left out after a name: Goldman Sachs Group, Lowe's Companies.
OF_GROUP: Final = ("companies", "group", "holding", "holdings", "us")
#: The initials of a founder before the name of a company: D.R. Horton, JP Morgan.
INITIALS = re.compile(r"(?:[a-z]\.){2,3}(?=[a-z]{3})|[a-z]{2}(?= [a-z]{5})")
#: How a legal form is written, by each of its spellings.
ABBREVIATED: Final = {
    spelling.strip(" ,."): spellings
    for spellings in (
        (" inc", " inc.", ", inc.", " incorporated"),
        (" corp", " corp.", " corporation"),
        (" ltd", " ltd.", " limited"),
        (" plc", " plc."),
        (" co", " co.", " company"),
        ("&co", "&co.", "&company"),
        (" co.,ltd.", " co., ltd", " co ltd", " co. ltd", " co. ltd.", " company limited"),
    )
    for spelling in (*spellings, *map(normalise, spellings))
}
SHORT: Final = 2  # characters: a name shortened to this length is doubtful
PADDED: Final = 3  # Han in a name that exchanges pad with spaces: 五 粮 液
HAN = re.compile(f"[{HAN_RANGE}]")
BETWEEN_HAN = re.compile(f"(?<=[{HAN_RANGE}])(?=[{HAN_RANGE}])")
#: The prefixes of a day for which an exchange cuts a name to three characters: XD贵州茅.
CUT_AFTER: Final = ("xd", "xr", "dr")
#: What stands before or after a code of Hong Kong that lacks the zeros before it.
BEFORE_SHORTENED: Final = (
    "hk",
    "hk:",
    "hk.",
    "hk-",
    "hk ",
    "hkex:",
    "港股",
    "港股:",
    "港股代码",
    "港股代码:",
)
AFTER_SHORTENED: Final = (".hk", "hk", " hk")
#: A code with a class of shares: BRK.B, which Eastmoney writes BRK_B too.
CLASSED = re.compile(r"([a-z]{2,5})[._]([a-z])")


@lru_cache(maxsize=2**16)
def spelled(name: str) -> tuple[str, str]:
    """A name normalised, and the same without exchange prefixes and suffixes. Cached: each rebuild
    sees mostly the same names."""
    normal = normalise(name)
    return normal, bare(normal)


def bare(name: str) -> str:
    """A normalised name without what an exchange or a share class adds to it, if enough is left.
    Of one in English, Visa, nothing is an addition."""
    if not HAN.search(name):
        return name
    prefix = PREFIX.match(name)
    if prefix and len(name) - prefix.end() >= SHORT:
        name = name[prefix.end() :]
    suffix = SUFFIX.search(name)
    return name[: suffix.start()] if suffix and suffix.start() >= SHORT else name


def every_form(text: str) -> set[str]:
    """All that texts may write for a normalised name in Chinese or English, or for a code."""
    forms = name_forms(text) | cut_forms(text) | english_forms(text) | code_forms(text)
    forms = forms.union(*map(spaced_forms, forms))
    return forms | hong_kong_forms(text) if len(text) == 5 and text.isdecimal() else forms


def name_forms(name: str) -> set[str]:
    """A normalised name, whole and bare; with both marks of a company that makes no profit yet; and
    as it is in its last days, after special treatment: 康得退, 退市海航."""
    short = bare(name)
    forms = {name, short}
    if name == f"{short}-u":
        forms.add(f"{short}-uw")
    if SPECIAL.match(name):
        forms |= {f"{short}退", f"退市{short}"}
    return forms


def cut_forms(name: str) -> set[str]:
    """A name of four characters as exchanges cut it on the day of a dividend: XD贵州茅."""
    if len(HAN.findall(name)) == len(name) == PADDED + 1:
        return {prefix + name[:PADDED] for prefix in CUT_AFTER}
    return set()


@lru_cache(maxsize=2**16)
def spaced_forms(name: str) -> frozenset[str]:
    """A name spaced out, as exchanges' lists and headings have it: 五 粮 液, 万 科a, 贵州 茅台; or
    broken between two lines, of which a text has a space: 贵州茅 台."""
    forms = {BETWEEN_HAN.sub(" ", name)}
    if len(HAN.findall(name)) == len(name) >= PADDED:
        forms.update(f"{name[:end]} {name[end:]}" for end in range(1, len(name)))
    return frozenset(forms - {name})


def english_forms(name: str) -> set[str]:
    """An English name normalised, without its legal form and with every spelling of that: Apple
    Inc is Apple Inc. too; nothing if it is too short."""
    normal = normalise(name)
    form = LEGAL_FORM.search(normal)
    company = normal[: form.start()] if form else normal
    forms = {normal, *signed_forms(company), *signed_forms(without_group(company))}
    if form:
        words = ABBREVIATED.get(normal[form.start() :].strip(" ,."), ())
        forms.update(normalise(f"{company}{word}") for word in words)
    return {one for one in forms if len(one) >= SHORT}


def without_group(name: str) -> str:
    """A normalised English name without Group or the like, if two words are left, or without
    Companies, if one is: Global Holdings and Vision Group are words without the second."""
    words = name.split(" ")
    is_enough = words[1:] == ["companies"] or not {"-", "&"}.isdisjoint(words[0])
    end = len(words)
    while end > (1 if is_enough else 2) and words[end - 1] in OF_GROUP:
        end -= 1
    return " ".join(words[:end])


def signed_forms(name: str) -> set[str]:
    """A normalised English name, and with other signs or none: coca-cola, coca cola and cocacola,
    d.r.horton and dr horton, procter&gamble and procter and gamble."""
    forms = {
        name,
        name.replace("-", " "),
        name.replace("-", ""),
        name.replace("&", " and "),
        name.replace("!", " "),
    }
    if initials := INITIALS.match(name):
        letters, rest = initials[0].replace(".", ""), name[initials.end() :].lstrip()
        forms |= {f"{letters} {rest}", f"{' '.join(letters)} {rest}", f"{'.'.join(letters)}.{rest}"}
    return forms


def code_forms(code: str) -> set[str]:
    """A normalised code, and with the other signs that stand before a class: BRK-B, BRK/B."""
    if classed := CLASSED.fullmatch(code):
        return {f"{classed[1]}{sign}{classed[2]}" for sign in ".-/_"}
    return {code}


def shortened(code: str) -> set[str]:
    """A code of Hong Kong without all or the first of the zeros before it: 0700, 700."""
    return {code.lstrip("0"), code.removeprefix("0")} - {"", code}


def hong_kong_forms(code: str) -> set[str]:
    """What a text has that names a code of Hong Kong so: 0700.HK, HK:700, 港股代码700."""
    forms = {f"{before}{short}" for short in shortened(code) for before in BEFORE_SHORTENED}
    return forms | {f"{short}{after}" for short in shortened(code) for after in AFTER_SHORTENED}
