"""What a judgement says: whose it is, why, on what evidence, and what is not known. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from countynet.events import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import FaultDomain

DOMAINS: Mapping[FaultDomain, str] = {
    FaultDomain.OPERATOR: _("the operator's line"),
    FaultDomain.UNIT_LAN: _("the unit's own network"),
    FaultDomain.UNIT_POWER: _("the unit's power"),
    FaultDomain.CENTER: _("the center's equipment"),
    FaultDomain.APPLICATION: _("an application"),
    FaultDomain.UNCLEAR: _("not clear yet"),
}
"""what a domain is called"""


@dataclass(frozen=True)
class Said:
    """A message id with its values."""

    message: str
    values: Mapping[str, JSON] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """Return it as `countynet.i18n.translate` takes it for a value."""
        return {"message": self.message, "values": dict(self.values)}

    def text(self) -> str:
        """Return it in the language of the context."""
        return translate(self.message, **self.values)


@dataclass(frozen=True)
class Verdict:
    """Whose trouble it is."""

    rule: str
    domain: FaultDomain
    cause: Said
    evidence: tuple[Said, ...] = ()
    missing: tuple[Said, ...] = ()
    """what is not known and would decide"""

    def document(self) -> dict[str, Any]:
        """Return it as a document that `read` understands."""
        return {
            "rule": self.rule,
            "domain": self.domain.value,
            "cause": self.cause.document(),
            "evidence": [said.document() for said in self.evidence],
            "missing": [said.document() for said in self.missing],
        }

    def shown(self) -> dict[str, JSON]:
        """Return it in the language of the context, for people and for whoever reads JSON."""
        return {
            "domain": self.domain.value,
            "rule": self.rule,
            "cause": self.cause.text(),
            "evidence": [said.text() for said in self.evidence],
            "missing": [said.text() for said in self.missing],
        }


def read(document: Mapping[str, Any]) -> Verdict:
    """Return a verdict from its document. Raises KeyError, ValueError for what is none."""
    return Verdict(
        document["rule"],
        FaultDomain(document["domain"]),
        _said(document["cause"]),
        _all(document["evidence"]),
        _all(document["missing"]),
    )


def _said(one: Mapping[str, Any]) -> Said:
    return Said(one["message"], one["values"])


def _all(some: Iterable[Mapping[str, Any]]) -> tuple[Said, ...]:
    return tuple(_said(one) for one in some)
