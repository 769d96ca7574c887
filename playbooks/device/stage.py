"""The demo's stage that configures every device from the inventory, and then asks again: nothing may be left to do."""

import time
from typing import cast

from countynet import console
from countynet.canonical import JSON
from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.stages import StageContext
from inventory.model import County
from playbooks.device.results import DeviceResult, Progress, Step
from playbooks.device.service import apply


class ConfigureStage:
    """Configure from bare, then a second run that changes nothing."""

    name = "configure"
    title = _("Configure every device over SSH")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Run twice. Raises CountyError if a device failed or the second run changed something."""
        county = cast(County, context.county)
        first, seconds = self._timed(county, context)
        changed = sum(result.changed for result in first)
        context.say(
            translate(
                _("{changed} of {total} devices changed in {seconds} s"),
                changed=changed,
                total=len(first),
                seconds=f"{seconds:.1f}",
            )
        )
        again, second_seconds = self._timed(county, context)
        left = [result.device for result in again if result.changed]
        if left:
            raise CountyError(_("the second run still changed {devices}"), devices=", ".join(left))
        context.say(translate(_("the second run changed nothing ({seconds} s)"), seconds=f"{second_seconds:.1f}"))
        return {
            "devices": len(first),
            "changed": changed,
            "seconds": round(seconds, 2),
            "second_run_changed": 0,
            "second_run_seconds": round(second_seconds, 2),
        }

    def _timed(self, county: County, context: StageContext) -> tuple[tuple[DeviceResult, ...], float]:
        began = time.monotonic()
        results = apply(county, context.settings, None, shown(context.progress), actor="demo")
        failed = [result.error for result in results if result.error]
        if failed:
            for error in failed:
                context.say(translate_error(error))
            raise CountyError(_("{count} devices could not be configured"), count=len(failed))
        return results, time.monotonic() - began


def shown(show: console.Progress) -> Progress:
    """Return our progress as the console's: done, total, text."""

    def tell(step: Step) -> None:
        text = step.device
        if step.kind == "waiting":
            text = translate(_("waiting for {count} devices to answer in band"), count=step.total - step.finished)
        elif step.kind == "failed" and step.error:
            text = translate_error(step.error)
        show(step.finished, step.total, text)

    return tell


stage = ConfigureStage()
