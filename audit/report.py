"""A run as files: every check's evidence and the whole report as JSON, and a page in both languages for people."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from audit import words
from audit.compare import Changes, Found
from audit.model import Result
from countynet.canonical import JSON
from countynet.i18n import CHINESE, ENGLISH, language, translate
from countynet.vocabulary import Verdict
from inventory.model import County

_SHOWN = 30


def evidence(result: Result, at: datetime) -> bytes:
    """Return one check's evidence: every point with its cited lines, as JSON."""
    return _bytes({"at": at.isoformat(), **result.model_dump(mode="json")})


def document(
    county: County,
    results: Sequence[Result],
    files: dict[str, str],
    at: datetime,
    actor: str,
    profile: str = "county",
    changes: Changes | None = None,
) -> bytes:
    """Return the whole report as JSON; `files` maps check ids to the hashes of their evidence.

    `changes`: what became of the findings since the last run that asked the same; None: it was not looked at.
    """
    checks: list[JSON] = [
        {
            "id": r.check.id,
            "title": words.in_language(ENGLISH, lambda r=r: translate(r.check.title)),  # type: ignore[misc]
            "title_zh": words.in_language(CHINESE, lambda r=r: translate(r.check.title)),  # type: ignore[misc]
            "clauses": list(r.check.clauses),
            "severity": r.check.severity,
            "verdict": r.grade,
            "points": {verdict.value: len(r.of(verdict)) for verdict in Verdict},
            "evidence": files[r.check.id],
        }
        for r in results
    ]
    return _bytes(
        {
            "county": county.plan.name,
            "profile": profile,
            "at": at.isoformat(),
            "actor": actor,
            "checks": checks,
            "changes": _changes(changes),
            "records": {name: hash_ for name, hash_ in files.items() if name.startswith("record:")},
        }
    )


def _changes(changes: Changes | None) -> JSON:
    if changes is None:
        return None
    parts = {"new": changes.new, "fixed": changes.fixed, "accepted": changes.accepted}
    named: dict[str, JSON] = {name: [_found(found) for found in held] for name, held in parts.items()}
    return {"since": changes.since or None, "standing": len(changes.standing), **named}


def _found(found: Found) -> JSON:
    english, chinese = (words.in_language(each, lambda: words.sentence(found.point)) for each in (ENGLISH, CHINESE))
    about: dict[str, JSON] = {"check": found.check, "subject": found.point.subject, "verdict": found.point.verdict}
    return {**about, "key": found.key, "text": english, "text_zh": chinese}


def page(county: County, results: Sequence[Result], files: dict[str, str], at: datetime, actor: str) -> bytes:
    """Return the report as one HTML page, Chinese first, then English."""
    parts = [
        (language, words.in_language(language, lambda: _context(county, results, files, at, actor)))
        for language in (CHINESE, ENGLISH)
    ]
    return _environment().get_template("report.html").render(parts=parts).encode()


def _context(
    county: County, results: Sequence[Result], files: dict[str, str], at: datetime, actor: str
) -> dict[str, Any]:
    return {
        "county": county.plan.name if language() == CHINESE else county.plan.name_en,
        "at": at.isoformat(timespec="seconds"),
        "actor": actor,
        "labels": {label: translate(msgid) for label, msgid in words.LABELS.items()},
        "counts": [(translate(words.VERDICTS[v]), sum(r.grade is v for r in results)) for v in words.VERDICTS],
        "checks": [_check(r, files[r.check.id]) for r in results],
    }


def _check(result: Result, evidence_hash: str) -> dict[str, Any]:
    points = sorted(result.points, key=lambda p: words.WORST_FIRST[p.verdict])
    return {
        "id": result.check.id,
        "title": translate(result.check.title),
        "verdict": result.grade.value,
        "verdict_text": translate(words.VERDICTS[result.grade]),
        "severity": translate(words.SEVERITIES[result.check.severity]),
        "clauses": words.clauses(result.check.clauses),
        "rationale": translate(result.check.rationale),
        "remedy": translate(result.check.remedy)
        if result.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)
        else "",
        "points": [(p.subject, words.sentence(p), p.verdict.value, p.lines[:4], p.fix) for p in points[:_SHOWN]],
        "more": max(0, len(points) - _SHOWN),
        "evidence": evidence_hash,
    }


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
    )


def _bytes(value: JSON) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
