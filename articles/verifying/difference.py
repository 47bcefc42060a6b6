"""What the archive says in two places that should agree."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """`said` names it; `remedy` says what helps where nothing can repair it."""

    said: str
    remedy: str = ""
    repaired: bool = False

    def __str__(self) -> str:
        if self.repaired:
            return f"{self.said}: repaired"
        return f"{self.said}; {self.remedy}" if self.remedy else self.said
