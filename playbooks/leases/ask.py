"""Asks the server that gives out addresses for its leases and its clock: one command over SSH that only reads.

The ends in the file are by the server's clock; they are handed on by ours, so that a server whose clock is wrong shows
nobody's lease as over. How far it is off is told.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from countynet import clock
from countynet.errors import DeviceError
from countynet.i18n import _
from countynet.settings import Settings
from inventory.dhcp import LEASES
from inventory.model import Host
from playbooks.leases.parse import Lease, Said, parse
from playbooks.servers.line import SECONDS, opened

MOST = 4 << 20
"""bytes of the file that are read: a county's leases are a tenth of that"""
COMMAND = f"date +%s && head -c {MOST} {LEASES}"
NEAR = timedelta(seconds=5)
"""two clocks that are no further apart go alike: the server tells whole seconds, and the way takes some"""


def ask(settings: Settings, host: Host) -> Said:
    """Ask the server. Raises CountyError when it does not answer, or has no lease file."""
    line = opened(settings, host)
    try:
        before = clock.now()
        answer = line.run(COMMAND, SECONDS)
        if answer.status:
            raise DeviceError(host.name, _("has no lease file that can be read"), answer=answer.complaint.strip())
        return understood(host.name, answer.output, before, clock.now())
    finally:
        line.close()


def understood(host: str, text: str, before: datetime, after: datetime) -> Said:
    """Return what an answer says that came between two moments of our clock. Raises DeviceError for none."""
    first, _end, rest = text.partition("\n")
    if not (first.isascii() and first.isdigit() and len(first) < 12):
        raise DeviceError(host, _("did not tell its time"), answer=first[:80])
    ahead = datetime.fromtimestamp(int(first), UTC) - before - (after - before) / 2
    ahead = ahead if abs(ahead) > NEAR + (after - before) / 2 else timedelta()
    ahead, read = timedelta(seconds=round(ahead.total_seconds())), parse(rest)
    return Said(replace(read, leases=tuple(_by_ours(lease, ahead) for lease in read.leases)), ahead)


def _by_ours(lease: Lease, ahead: timedelta) -> Lease:
    return replace(lease, ends=lease.ends - ahead) if lease.ends and ahead else lease
