"""A run as OSCAL assessment results (NIST, model 1.1.2, JSON): observations per check, findings per clause.

Every identifier is a UUID derived from what it names (RFC 4122, version 5), so the same run gives the same bytes. OSCAL
has no words for a part that fails: a clause that is partly met is not satisfied, and says so in its remarks. The plan
is the standard itself, which stands among the resources: a reference that leads nowhere is no OSCAL.
"""

import json
from datetime import datetime
from uuid import UUID, uuid5

from audit import words
from audit.clauses import STANDARD, Clause
from audit.export.source import Kept
from audit.model import Result
from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import Verdict
from inventory.model import County

VERSION = "1.1.2"
_SPACE = UUID("6f1d9f5e-3f0a-5b54-9d4c-0f4f3a0c7a11")
"""the name space of our identifiers"""
_STATES = {Verdict.PASS: "satisfied", Verdict.NOT_APPLICABLE: "satisfied"}


def document(county: County, kept: Kept) -> bytes:
    """Return the JSON document, texts in the language of the context."""
    made = kept.run.finished
    result: dict[str, JSON] = {
        "uuid": _id(kept, "result"),
        "title": translate(_("Security check of {county}"), county=county.plan.name),
        "description": translate(_("profile {profile}"), profile=str(kept.report.get("profile", ""))),
        "start": _moment(kept.run.started),
        "end": _moment(made),
        "reviewed-controls": {"control-selections": [{"include-controls": [
            {"control-id": _control(clause)} for clause, _verdict, _held in kept.by_clause()
        ]}]},
        "observations": [_observation(kept, one) for one in kept.results],
        "findings": [_finding(kept, clause, verdict, held) for clause, verdict, held in kept.by_clause()],
    }  # fmt: skip
    whole: JSON = {
        "assessment-results": {
            "uuid": _id(kept, "document"),
            "metadata": {
                "title": f"countynet audit {kept.run.id}",
                "last-modified": _moment(made),
                "version": str(kept.run.id),
                "oscal-version": VERSION,
            },
            "import-ap": {"href": f"#{_id(kept, 'plan')}", "remarks": STANDARD},
            "results": [result],
            "back-matter": {"resources": [{"uuid": _id(kept, "plan"), "title": STANDARD}]},
        }
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def _id(kept: Kept, *names: str) -> str:
    return str(uuid5(_SPACE, "/".join((kept.run.report, *names))))


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _control(clause: Clause) -> str:
    """Return a clause as OSCAL's token: no blank, begins with a letter."""
    return f"gbt22239-{clause.id.replace(' ', '-')}"


def _observation(kept: Kept, result: Result) -> JSON:
    said = [f"{p.subject}: {words.sentence(p)}" for p in result.points if p.verdict is not Verdict.NOT_APPLICABLE]
    return {
        "uuid": _id(kept, "observation", result.check.id),
        "title": translate(result.check.title),
        "description": "\n".join(said[:200]) or translate(words.VERDICTS[result.grade]),
        "props": [{"name": "verdict", "ns": "https://countynet.example/ns", "value": result.grade.value}],
        "methods": ["EXAMINE" if result.grade is Verdict.MANUAL else "TEST"],
        "relevant-evidence": [{"href": f"evidence/{kept.evidence[result.check.id]}", "description": "SHA-256"}],
        "collected": _moment(kept.run.finished),
    }


def _finding(kept: Kept, clause: Clause, verdict: Verdict, held: list[Result]) -> JSON:
    return {
        "uuid": _id(kept, "finding", clause.id),
        "title": f"{clause.id} {translate(clause.point)}",
        "description": f"{translate(words.VERDICTS[verdict])} {clause.unit}".strip(),
        "target": {
            "type": "objective-id",
            "target-id": _control(clause),
            "status": {"state": _STATES.get(verdict, "not-satisfied"), "remarks": translate(words.VERDICTS[verdict])},
        },
        "related-observations": [{"observation-uuid": _id(kept, "observation", one.check.id)} for one in held],
    }
