"""The line to the host that keeps the devices' logs: one SSH session, opened when it is needed, kept while it holds."""

from pathlib import Path

from countynet import vantage
from countynet.errors import CountyError, DeviceError
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.ansible_inventory import ROOT
from inventory.model import County, Host
from playbooks.device.hostkeys import HostKeys
from playbooks.device.service import KEY, around_of
from playbooks.device.transport.ssh import Login, SshTransport, load_key
from playbooks.drift.follow import logs_host
from playbooks.present import present_county

SECONDS = 20.0


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
        key = load_key(Secrets.load(self._settings).get(KEY))
        login = Login(self.known.name, str(self.known.address.ip), ROOT, key, HostKeys(self._keys()), SECONDS)
        with around_of(self._settings)():
            return SshTransport(login)

    def _keys(self) -> Path:
        state = self._settings.state
        return state / "twin" / "log_hosts" if vantage.path(self._settings) else state / "log_hosts"
