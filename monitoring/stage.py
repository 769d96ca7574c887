"""The demo's stage: one poll of every device by SNMPv3."""

from countynet.errors import DeviceError
from countynet.i18n import _
from countynet.stages import JSON, Stage, StageContext


class PollStage:
    """Polls once and fails if a device does not answer."""

    name = "poll"
    title = _("Poll every device by SNMPv3")

    def run(self, context: StageContext) -> dict[str, JSON]:
        """Poll every device once. Raises DeviceError for the first that does not answer."""
        from monitoring.poller import once

        done = once(context.settings, context.county)
        context.say(done.text())
        for device, error in done.silent.items():
            raise DeviceError(device, error)
        return done.summary()


stage: Stage = PollStage()
