"""The demo's stage that proves isolation on live packets; a deviation fails the demo."""

from countynet.errors import CountyError
from countynet.i18n import _
from countynet.stages import JSON, StageContext


class ConfirmStage:
    """Every unit to every other, to servers, devices and the Internet."""

    name = "confirm"
    title = _("Isolation on live packets")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Print the table and return its figures. Raises CountyError on a deviation, MissingCapability without root."""
        from topology.confirm.service import confirm, in_twin
        from topology.confirm.show import show, summary

        county = in_twin(context.county, context.settings)
        report = confirm(county, context.settings, lambda done, total: context.progress(done, total))
        show(report)
        if not report.good:
            raise CountyError(_("isolation is not confirmed: {summary}"), summary=summary(report))
        figures = report.summary()
        return {
            key: figures[key] for key in ("pairs", "probes", "expected", "seen", "visits", "lost_first", "seconds")
        } | {"deviations": len(report.deviations)}


stage = ConfirmStage()
