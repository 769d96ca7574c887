"""The job `line-test`: one unit's line, measured now and told in words (`countynet.jobs`)."""

from typing import Any

from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.jobs import JobContext
from monitoring.linetest.measure import measure
from monitoring.linetest.verdict import verdict
from monitoring.poller.plan import load


def line_test(context: JobContext, params: dict[str, Any]) -> dict[str, JSON]:
    """Measure the line of `unit`; `good` and `words` say how it is. Raises BadInput, CountyError when it cannot."""
    unit = str(params.get("unit", ""))
    county = load(context.settings).county
    context.log(translate(_("the line is measured, which takes some seconds")))
    found = measure(context.settings, county, unit, context.cancelled)
    said = verdict(found, county.circuit_by_unit[unit])
    words = [sentence.said() for sentence in said]
    for line in words:
        context.log(line)
    mean = found.milliseconds
    return {
        "good": all(sentence.good for sentence in said), "words": "\n".join(words), "unit": unit, "sent": found.sent,
        "lost": found.lost, "milliseconds": None if mean is None else round(mean, 2),
    }  # fmt: skip
