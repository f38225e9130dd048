"""What a look at a Word file found: a code to decide by, a sentence to read, and the place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from mou_service.core.errors import MouError

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


class UnsafeFile(MouError):
    """The upload is no Word document that can be used; `findings` says why, the reasons to refuse first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(sorted(findings, key=lambda finding: finding.outcome != "refuse"))
        super().__init__(" ".join(str(finding) for finding in self.findings if finding.outcome == "refuse"))


class TemplateFailed(MouError):
    """A template could not be filled; `findings` says what is wrong with it and where."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(" ".join(str(finding) for finding in self.findings))
