"""What lists show below a title: how a text begins, without what the title says."""

from typing import Final

LONGEST: Final = 110  # characters, two lines of a wide screen
LEAST: Final = 8  # letters and digits of a lead that says more than its title


def lead_of(title: str, text: str) -> str:
    """The beginning of `text`. Where it repeats the title, what comes after that; empty if that is
    hardly anything, such as the name of the medium. Spaces and punctuation do not tell two texts
    apart."""
    said, first = spoken(title), spoken(text[:LEAST])
    if first and first not in said and not first.startswith(said):
        return shortened(text)  # as nearly always, without a look at the rest
    letters = spoken(text)
    if not letters or letters in said:
        return ""
    if said and letters.startswith(said):
        if len(letters) - len(said) < LEAST:
            return ""
        text = after(text, len(said))
    return shortened(text)


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def spoken(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return "".join(filter(str.isalnum, text.lower()))


def after(text: str, letters: int) -> str:
    """What follows that many letters and digits of a text, from the next one on."""
    for place, character in enumerate(text):
        if character.isalnum():
            if not letters:
                return text[place:]
            letters -= 1
    return ""
