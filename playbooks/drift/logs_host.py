"""The line to the host that keeps the devices' logs: one SSH session, opened when it is needed, kept while it holds."""

from countynet.errors import CountyError, DeviceError
from countynet.i18n import _
from countynet.settings import Settings
from inventory.model import County, Host
from playbooks.device.transport.ssh import SshTransport
from playbooks.drift.follow import logs_host
from playbooks.present import present_county
from playbooks.servers.line import SECONDS, opened


class Line:
    """The line to one county's logs host."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._transport: SshTransport | None = None
        self._stamp: tuple[float, ...] = ()
        self._county: County | None = None
        self.known: Host | None = None
        """the host that was last found"""

    @property
    def county(self) -> County:
        """The county as it is now; read anew when one of its files changed. Raises BadInput, Conflict."""
        stamp = tuple(path.stat().st_mtime for path in sorted(self._settings.county.glob("*.yml")))
        if self._county is None or stamp != self._stamp:
            self._county, self._stamp = present_county(self._settings), stamp
        return self._county

    def host(self) -> Host | None:
        """Return the logs host of the county, None when there is none. Raises as `county`."""
        self.known = logs_host(self.county)
        return self.known

    def ask(self, command: str) -> str:
        """Run a command there and return what it prints. Raises CountyError."""
        if self._transport is None:
            self._transport = self._open()
        answer = self._transport.run(command, SECONDS)
        if answer.status:
            raise DeviceError(self._transport.device, _("cannot show the logs"), answer=answer.complaint)
        return answer.output

    def close(self) -> None:
        """Let go of the session."""
        if self._transport is not None:
            self._transport.close()
        self._transport = None

    def _open(self) -> SshTransport:
        if self.known is None:
            raise CountyError(_("no host of the inventory keeps logs"))
        return opened(self._settings, self.known)
