"""The ranking as words with its arithmetic, as rows and as a document."""

from countynet.canonical import JSON
from countynet.i18n import _, language, translate
from countynet.unitfindings import FindingKind
from inventory.model import Unit
from monitoring.evaluation.own.model import OwnFacts, PartScore, Ranked, Ranking
from monitoring.evaluation.own.points import PARTS, WHATS, OwnRules
from monitoring.evaluation.own.rank import WORDS
from monitoring.evaluation.show import number

NAMES = {
    "security": _("security"),
    "terminals": _("terminals"),
    "training": _("training"),
    "faults": _("own faults"),
    "confirming": _("confirming repairs"),
}
COLUMNS = (_("rank"), _("unit"), _("name"), _("score"), *NAMES.values(), _("how it adds up"))


def place(one: Ranked) -> str:
    """Return a unit's rank; a dash when it has none."""
    return "–" if one.rank is None else str(one.rank)


def working(one: Ranked) -> str:
    """Return how a unit's score comes about, in one line; or why it has none."""
    if one.new:
        return _new(one)
    used = [part for part in one.parts if part.score is not None and part.weight]
    if not used:
        return translate(_("nothing is known of this unit in the period"))
    sums = " + ".join(f"{translate(NAMES[part.part])} {number(part.score)} x {part.weight}" for part in used)
    return f"({sums}) / {sum(part.weight for part in used)} = {number(one.score)}"


def _new(one: Ranked) -> str:
    day = one.facts.connected
    if day is None:
        return translate(_("not ranked: not connected yet"))
    return translate(_("not ranked: too new, connected on {day}"), day=day)


def told(part: PartScore) -> str:
    """Return how a part comes about, in words."""
    name = translate(NAMES[part.part])
    if part.score is None:
        return translate(_("{part}: nothing known, its weight {weight} goes to the others"), part=name,
                         weight=part.weight)  # fmt: skip
    if part.share is not None:
        some, of = part.share
        said = _("{part} {score}: {some} of {of}")
        return translate(said, part=name, score=number(part.score), some=some, of=of)
    offs = "".join(f" - {off.times} x {off.points} ({translate(off.what)})" for off in part.offs)
    floor = translate(_(", not below 0")) if sum(off.total for off in part.offs) > 100 else ""
    return f"{name} {number(part.score)}: 100{offs}{floor}"


def findings(facts: OwnFacts) -> list[str]:
    """Return what was found at a unit, a line each."""
    lines = []
    for one in facts.findings:
        kind = one.severity.value if one.kind is FindingKind.SECURITY else one.kind.value
        subject = f"{one.subject} {one.port}".strip()
        lines.append(f"{subject}: {translate(one.text, **one.values)} ({translate(WORDS[kind])})")
    return lines


def remarks(found: Ranking) -> list[str]:
    """Return what a reader has to know of the whole."""
    ranked = _("{ranked} of {units} units are ranked; equal scores share a rank")
    lines = [translate(ranked, ranked=found.ranked, units=len(found.units))]
    if "security" in found.looked:
        lines.append(translate(_("security: the last audit of the period, {at}"), at=found.looked["security"]))
    else:
        lines.append(translate(_("security: no audit was run in the period")))
    if found.not_looked_for:
        kinds = ", ".join(translate(WORDS[kind.value]) for kind in found.not_looked_for)
        lines.append(translate(_("nobody looks for these in this installation: {kinds}"), kinds=kinds))
    lines += _rules(found.rules)
    new = sum(one.new for one in found.units)
    if new:
        said = _("{count} units are not ranked: connected for less than {days} days at the end of the period")
        lines.append(translate(said, count=new, days=found.rules.bounds.new_days))
    return lines


def _rules(rules: OwnRules) -> list[str]:
    weights = ", ".join(f"{translate(NAMES[part])} {rules.weight(part)}" for part in PARTS)
    points = ", ".join(f"{translate(WORDS[what])} {rules.off(what)}" for what in WHATS)
    within = _("confirming repairs counts a unit's word within {hours} hours after a repair")
    return [
        translate(_("weights: {weights}"), weights=weights),
        translate(_("points off for each: {points}"), points=points),
        translate(within, hours=rules.bounds.confirm_hours),
    ]


def scores(one: Ranked) -> list[str]:
    """Return what each part comes to."""
    return [number(part.score) for part in one.parts]


def cells(one: Ranked, unit: Unit) -> list[str]:
    """Return a unit's row under `COLUMNS`."""
    return [place(one), one.unit, named(unit), number(one.score), *scores(one), working(one)]


def named(unit: Unit) -> str:
    """Return a unit's name in the present language."""
    return unit.name if language() == "zh_CN" else unit.name_en


def details(one: Ranked) -> list[str]:
    """Return everything behind a unit's score: its parts, what was found, its own faults."""
    own = ", ".join(map(str, one.facts.own))
    faults = [translate(_("faults that its own network or power caused: {numbers}"), numbers=own)] if own else []
    people = translate(_("{people} people sent to training"), people=one.facts.people)
    return [*(told(part) for part in one.parts), people, *findings(one.facts), *faults]


def document(found: Ranking, unit: str = "") -> JSON:
    """Return the ranking as a document; of one unit, only its part."""
    units = [_unit(one) for one in found.units if unit in ("", one.unit)]
    return {"units": list(units), "remarks": list(remarks(found))}


def _unit(one: Ranked) -> JSON:
    return {
        "rank": one.rank,
        "unit": one.unit,
        "score": one.score,
        "new": one.new,
        "connected": None if one.facts.connected is None else str(one.facts.connected),
        "working": working(one),
        "parts": [
            {"part": part.part, "score": part.score, "weight": part.weight, "working": told(part)} for part in one.parts
        ],
        "findings": list(findings(one.facts)),
        "faults": list(one.facts.own),
        "people_trained": one.facts.people,
    }
