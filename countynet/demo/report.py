"""What the demo prints at its end: a table of stages, and the address."""

from collections.abc import Mapping, Sequence

from countynet import console
from countynet.canonical import JSON
from countynet.demo.run import StageResult
from countynet.i18n import _, translate, translate_error


def announce(result: StageResult) -> None:
    """Print how one stage ended."""
    if result.error is None:
        console.say(translate(_("    done in {seconds} s"), seconds=f"{result.seconds:.1f}"))
    else:
        console.say(translate(_("    failed after {seconds} s"), seconds=f"{result.seconds:.1f}"))
        console.fail(result.error)


NAMES = {
    "units": _("units"),
    "devices": _("devices"),
    "terminals": _("terminals"),
    "namespaces": _("namespaces"),
    "processes": _("processes"),
    "changed": _("changed"),
    "second_run_changed": _("changed by the second run"),
    "second_run_seconds": _("seconds of the second run"),
    "pairs": _("pairs"),
    "probes": _("probes"),
    "expected": _("expected to pass"),
    "seen": _("seen to pass"),
    "deviations": _("deviations"),
}
"""The figures that the table shows, by their names in a stage's summary; the JSON document has all."""


def figures(summary: Mapping[str, JSON]) -> str:
    """Return the figures of a stage's summary that have a name, as one line."""
    shown = ((name, summary[key]) for key, name in NAMES.items() if isinstance(summary.get(key), str | int | float))
    return ", ".join(f"{translate(name)} {value}" for name, value in shown)


def print_table(results: Sequence[StageResult]) -> None:
    """Print all stages with their times and figures."""
    rows = [
        (
            translate(r.title),
            translate(_("good")) if r.error is None else translate(_("failed")),
            f"{r.seconds:.1f}",
            figures(r.summary) if r.error is None else translate_error(r.error).splitlines()[0],
        )
        for r in results
    ]
    total = f"{sum(r.seconds for r in results):.1f}"
    rows.append((translate(_("together")), "", total, ""))
    columns = [translate(c) for c in (_("stage"), _("result"), _("seconds"), _("figures"))]
    console.table("", columns, rows)


def document(results: Sequence[StageResult], quick: bool, url: str) -> dict[str, JSON]:
    """Return the demo's one summary object."""
    return {
        "ok": bool(results) and all(r.error is None for r in results),
        "quick": quick,
        "seconds": round(sum(r.seconds for r in results), 1),
        "stages": [r.document() for r in results],
        "url": url,
    }
