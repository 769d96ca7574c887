"""What a beacon is started with: everything that is wrong with it at once."""

from collections.abc import Iterator
from ipaddress import IPv4Address
from pathlib import Path

from audit.terminals.beacon.journal import SUFFIX
from countynet.errors import BadInput, Problem
from countynet.i18n import _


def checked(side: str, journal: Path, address: str, mirror: str, look: str, outside: str) -> None:
    """Raise BadInput for addresses that are none, a port that there is not, a journal of another name or place."""
    if problems := list(_wrong(side, journal, address, mirror, look, outside)):
        raise BadInput(problems)


def _wrong(side: str, journal: Path, address: str, mirror: str, look: str, outside: str) -> Iterator[Problem]:
    for option, said in (("--address", address), ("--mirror", mirror)):
        if said and not _is_address(said):
            yield Problem(_("this is no IPv4 address"), where=option, found=said)
    if journal.suffix != SUFFIX or not journal.parent.is_dir():
        wanted = _("a file that ends with .beacon, in a folder that there is")
        yield Problem(_("there the journal cannot be"), where="--journal", found=str(journal), wanted=wanted)
    if look and not (Path("/sys/class/net") / look).exists():
        yield Problem(_("there is no port {port}"), {"port": look}, where="--look")
    for option, said, place in (
        ("--mirror", mirror, "outside"),
        ("--look", look, "inside"),
        ("--outside", outside, "inside"),
    ):
        if said and side != place:
            yield Problem(_("only for the other side"), where=option, found=side)


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
