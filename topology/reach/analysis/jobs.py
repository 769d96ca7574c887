"""The job `rules`: all rules of the county, analysed by the worker, and the report kept."""

from typing import Any

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.jobs import JobContext, repeatable
from topology.reach.analysis.kept import keep
from topology.reach.analysis.model import Kind
from topology.reach.analysis.service import analyse_county
from topology.reach.service import Of, county_of


@repeatable
def run_rules(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Analyse what `params["of"]` says, intended or running; with `params["counters"]` devices are asked for theirs.

    Raises as `analyse_county`.
    """
    of = Of(params["of"])
    county = county_of(context.settings, of)
    report = analyse_county(county, context.settings, of, counters=bool(params.get("counters")))
    keep(context.settings, of, report)
    words = _("{rules} rules of {devices} devices: {findings} findings")
    values = {"rules": report.rules, "devices": report.devices, "findings": len(report.findings)}
    context.log(translate(words, **values))
    return {**values, **{kind.value: report.count(kind) for kind in Kind}}
