"""What a look at a document found: a code to decide by, a sentence to read, and the place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from mou_service.core.errors import Refused
from mou_service.documents.sentences import SENTENCES, key

#: refuse: the file cannot be used; strip: it was taken out of the clean copy; warn: a person should know.
Outcome = Literal["refuse", "strip", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. `facts` are the words inside the sentence, for a translation."""

    code: str
    message: str
    place: str = ""
    outcome: Outcome = "warn"
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def plain(self) -> dict[str, Any]:
        """The finding as it is kept."""
        return {
            "code": self.code, "message": self.message, "place": self.place, "outcome": self.outcome,
            "facts": dict(self.facts),
        }  # fmt: skip


def finding(code: str, *, place: str = "", outcome: Outcome = "warn", **facts: Any) -> Finding:
    """A finding with its English sentence; `kind` chooses among several sentences of one code."""
    words = {name: str(fact) for name, fact in facts.items()}
    return Finding(code, SENTENCES[key(code, words)] % words, place=place, outcome=outcome, facts=words)


class Hindered(Refused):
    """A document cannot be used or made; `findings` says why and where, the reasons to refuse first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda found: found.outcome != "refuse"))
        stopping = [found for found in self.findings if found.outcome == "refuse"] or self.findings
        super().__init__(*(str(found) for found in stopping))
