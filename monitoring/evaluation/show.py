"""An assessment as a document for programs and as words for people.

Times in documents are minutes, money is fen, availability percent with three decimals; null where nothing was measured.
"""

from countynet.canonical import JSON
from countynet.i18n import _, translate
from inventory.rent import yuan
from inventory.rent_table import ACCESS
from monitoring.evaluation.assess import Assessed, Assessment, Group, Score
from monitoring.evaluation.figures import FaultFigures, Times
from monitoring.ledger.stretches import Sums

COLUMNS = (
    _("unit"),
    _("line"),
    _("access"),
    _("promised %"),
    _("line alone %"),
    _("the unit's %"),
    _("outages"),
    _("faults"),
    _("to respond, median min"),
    _("to repair, median min"),
    _("repeats"),
    _("rating"),
    _("rent, yuan"),
    _("deduction, yuan"),
)


def document(found: Assessment) -> JSON:
    """Return an assessment as a document."""
    return {
        "period": str(found.period),
        "closed": found.closed,
        "basis": None if found.said is None else found.said.text(),
        "score": _score(found.score),
        "whole": _group(found.whole),
        "kinds": [_group(group) for group in found.kinds],
        "units": [_unit(unit) for unit in found.units],
    }


def percent(value: float | None) -> str:
    """Return a percentage for people, cut and never rounded up; a dash when nothing was counted."""
    return "–" if value is None else f"{int(value * 1000 + 1e-6) / 1000:.3f}"


def number(value: float | None) -> str:
    """Return a number for people; a dash when there is none."""
    return "–" if value is None else f"{value:g}"


def kind(access: str) -> str:
    """Return what a kind of line is called; the empty kind is all of them."""
    return translate(ACCESS.get(access, access) if access else _("all"))


def cells(unit: Assessed) -> tuple[object, ...]:
    """Return a unit's row under `COLUMNS`."""
    return (
        unit.unit,
        unit.line,
        kind(unit.access),
        f"{unit.target:g}",
        percent(unit.sums.line_availability),
        percent(unit.sums.availability),
        unit.sums.outages,
        unit.faults.faults,
        number(unit.faults.respond.median),
        number(unit.faults.repair.median),
        unit.faults.repeats,
        number(unit.faults.rating),
        yuan(unit.rent),
        yuan(unit.deduction),
    )


def summary(found: Assessment) -> list[str]:
    """Return the whole in a few sentences."""
    whole, faults = found.whole, found.whole.faults
    lines = [
        translate(
            _("{kept} of {counted} lines kept their promise; {silent} were not measured"),
            kept=whole.kept, counted=whole.counted, silent=whole.units - whole.counted,
        ),
        translate(
            _("{faults} faults: {first} found by us first, {never} reported and never alarmed, {repeats} repeats"),
            faults=faults.faults, first=faults.found_first, never=faults.never_alarmed, repeats=faults.repeats,
        ),
        _times(_("to respond: mean {mean}, median {median}, 80% {p80}, 95% {p95} minutes, of {count}"), faults.respond),
        _times(_("to repair: mean {mean}, median {median}, 80% {p80}, 95% {p95} minutes, of {count}"), faults.repair),
        translate(_("rent {rent} yuan, deduction {back} yuan"), rent=yuan(whole.rent), back=yuan(whole.deduction)),
        _rated(faults),
        scored(found.score),
        *working(found.score),
    ]  # fmt: skip
    if found.said is not None:
        lines.insert(0, found.said.text())
    return lines


def scored(score: Score) -> str:
    """Return the score in a sentence, with what it is made of."""
    if score.whole is None:
        return translate(_("no score: nothing was measured and nobody rated"))
    names = {"internal": _("measured figures"), "public": _("ratings"), "expert": _("experts")}
    values = {"internal": score.internal, "public": score.public, "expert": score.expert}
    parts = ", ".join(f"{translate(names[k])} {number(values[k])} x {w}%" for k, w in score.weights.items())
    missing = ", ".join(translate(names[k]) for k, value in values.items() if value is None)
    said = translate(_("score {score} of 100 ({parts})"), score=number(score.whole), parts=parts)
    return said + (translate(_("; nobody gave: {missing}"), missing=missing) if missing else "")


def working(score: Score) -> list[str]:
    """Return how the parts of a score come about, a sentence each."""
    said = []
    if score.internal is not None:
        halves = " + ".join(f"{half:.1f}" for half in score.halves)
        message = _("measured figures {score} = ({halves}) / {count}: lines that kept their promise, repairs in time")
        said.append(translate(message, score=number(score.internal), halves=halves, count=len(score.halves)))
    if score.voices:
        given = " + ".join(f"{number(voice.score)} ({voice.expert})" for voice in score.voices)
        message = _("experts {score} = ({given}) / {count}")
        said.append(translate(message, score=number(score.expert), given=given, count=len(score.voices)))
    return said


def _rated(faults: FaultFigures) -> str:
    if not faults.ratings:
        return translate(_("nobody rated a repair"))
    message = _("rating {rating} of 5, the mean over {count} ratings, each of the unit that gave it")
    return translate(message, rating=number(faults.rating), count=faults.ratings)


def _times(message: str, found: Times) -> str:
    if not found.count:
        return translate(message, mean="–", median="–", p80="–", p95="–", count=0)
    said = translate(
        message, mean=number(found.mean), median=number(found.median), p80=number(found.p80), p95=number(found.p95),
        count=found.count,
    )  # fmt: skip
    return said + (translate(_(" (a small sample)")) if found.small else "")


def _score(score: Score) -> JSON:
    return {
        "whole": score.whole,
        "internal": score.internal,
        "public": score.public,
        "expert": score.expert,
        "weights": dict(score.weights),
        "experts": [{"expert": v.expert, "score": v.score, "reason": v.reason} for v in score.voices],
    }


def _group(group: Group) -> JSON:
    return {
        "access": group.name or None,
        "units": group.units,
        "counted": group.counted,
        "kept": group.kept,
        **_sums(group.sums),
        "faults": _faults(group.faults),
        "rent": group.rent,
        "deduction": group.deduction,
    }


def _unit(unit: Assessed) -> JSON:
    return {
        "unit": unit.unit,
        "line": unit.line,
        "access": unit.access,
        "promised": unit.target,
        "kept": unit.kept,
        **_sums(unit.sums),
        "faults": _faults(unit.faults),
        "rent": unit.rent,
        "deduction": unit.deduction,
    }


def _sums(sums: Sums) -> dict[str, JSON]:
    return {
        "availability": _rounded(sums.availability),
        "line_availability": _rounded(sums.line_availability),
        "outages": sums.outages,
        "seconds": {
            "up": sums.up / 1000,
            "down": sums.down / 1000,
            "shadowed": sums.shadowed / 1000,
            "unknown": sums.unknown / 1000,
            "planned": sums.planned / 1000,
        },
    }


def _faults(found: FaultFigures) -> JSON:
    return {
        "faults": found.faults,
        "open": found.open,
        "respond": _minutes(found.respond),
        "repair": _minutes(found.repair),
        "in_time": found.in_time,
        "repeats": found.repeats,
        "reopened": found.reopened,
        "found_first": found.found_first,
        "never_alarmed": found.never_alarmed,
        "shared": found.shared,
        "ratings": found.ratings,
        "rating": found.rating,
    }


def _minutes(found: Times) -> JSON:
    return {
        "count": found.count,
        "mean": found.mean,
        "median": found.median,
        "p80": found.p80,
        "p95": found.p95,
        "small_sample": found.small,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
