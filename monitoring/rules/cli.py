"""`countynet alarms rules`: which rules there are, where each comes from, what it watches, and what can be measured."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from monitoring.rules.load import Loaded
    from monitoring.rules.status import RulesStatus


@run_command
def rules(
    metrics: Annotated[bool, typer.Option("--metrics", help=_("List what can be measured instead."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """List rules. Raises BadInput with everything that is wrong with the county's own."""
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.rules import status
    from monitoring.rules.load import load

    if metrics:
        _metrics(as_json)
        return
    settings = Settings.load()
    found, last = load(load_county(settings.county), settings.county), status.read(settings)
    if as_json:
        print_json([status.document(loaded, last) for loaded in found])
        return
    columns = (_("rule"), _("kind"), _("reading"), _("severity"), _("source"), _("watches"), _("open"), _("says"))
    table(translate(_("Alarm rules")), [translate(column) for column in columns], [_row(one, last) for one in found])


def _row(loaded: "Loaded", last: "RulesStatus | None") -> list[object]:
    from monitoring.rules.load import SOURCES
    from monitoring.rules.status import sentence

    rule = loaded.rule
    source = translate(_("off")) if rule.off else translate(SOURCES[loaded.source])
    watched = last.watched.get(rule.name, 0) if last else ""
    few = last.too_few.get(rule.name, 0) if last else 0
    if few:
        watched = translate(_("{watched}, {few} with too few weeks"), watched=watched, few=few)
    opened = last.open.get(rule.name, 0) if last else ""
    return [rule.name, rule.kind, rule.reading, rule.severity.value, source, watched, opened, sentence(loaded)]


def _metrics(as_json: bool) -> None:
    from monitoring.rules.reading import METRICS

    if as_json:
        print_json([{"reading": n, "unit": m.unit, "text": translate(m.words)} for n, m in METRICS.items()])
        return
    columns = [translate(column) for column in (_("reading"), _("unit"), _("what it is"))]
    table(translate(_("What can be measured")), columns, [[n, m.unit, translate(m.words)] for n, m in METRICS.items()])
