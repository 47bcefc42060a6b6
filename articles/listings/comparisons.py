"""A query for securities beside each other → their names, which the page of comparisons takes."""

import re
from typing import Final

from ..search.names import is_security
from .pasted import HAN, parts_of, securities_meant

MOST: Final = 4  # securities

#: What stands between names that are to be compared, or around them: 贵州茅台对比五粮液,
#: 比较贵州茅台和五粮液.
VERSUS: Final = re.compile(
    rf"(?<![a-z])(?:vs\.?|versus|pk)(?![a-z])|对比|相比|比较|(?<={HAN}{{2}})[和与跟同](?={HAN}{{2}})",
    re.IGNORECASE,
)


def names_to_compare(text: str) -> list[str]:
    """The names, codes or pinyin of securities of which a query has several and nothing else, at
    most `MOST`; empty for any other."""
    names = list(dict.fromkeys(parts_of([VERSUS.sub("、", text)])))
    if not 1 < len(names) <= MOST or not all(map(is_security, names)):
        return []
    return names if all(map(securities_meant, names)) else []
