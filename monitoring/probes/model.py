"""What a probe is, and what it found. Pure.

A probe belongs to a host of the inventory, by which its alarm knows whom it is about; an address of its own may differ
from the host's (a name behind a proxy, the published address).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import Field

from countynet.canonical import JSON
from countynet.errors import Problem
from countynet.frozen import Frozen
from countynet.i18n import _

KINDS = ("http", "dns", "tcp", "ntp", "certificate", "ping")
PORTS = {"http": 80, "dns": 53, "ntp": 123, "certificate": 443, "tcp": 0, "ping": 0}
Kind = Literal["http", "dns", "tcp", "ntp", "certificate", "ping"]


class Probe(Frozen):
    """One thing to ask."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Kind
    host: Annotated[str, Field(min_length=1, max_length=64)]
    """of the inventory, or any name for what is not in it"""
    address: str = ""
    """an IP address; empty: the host's"""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0: the kind's own; https is 443"""
    every: Annotated[int, Field(ge=5, le=86_400)] = 30
    """seconds between two"""
    timeout: Annotated[float, Field(gt=0, le=60)] = 5.0
    """seconds it may take in all, however slowly the answer drips"""
    tls: bool = False
    """http: over TLS"""
    verify: bool = False
    """the certificate must be vouched for and bear the name"""
    server: Annotated[str, Field(max_length=253)] = ""
    """the name to ask for (Host, SNI) and that a certificate must bear; empty: the host's address"""
    authorities: str = ""
    """a file with the authorities that vouch, within the county folder; empty: the system's"""
    path: Annotated[str, Field(pattern=r"^/[!-~]*$", max_length=500)] = "/"
    status: tuple[Annotated[int, Field(ge=100, le=599)], ...] = ()
    """http: what is well; empty: 200 to 399"""
    text: Annotated[str, Field(max_length=200)] = ""
    """http: words that must be in the answer"""
    query: Annotated[str, Field(max_length=253)] = ""
    """dns: the name to ask for"""
    answer: tuple[str, ...] = ()
    """dns: addresses of which one must be in the answer; empty: any"""
    off: bool = False

    @property
    def where(self) -> int:
        """The port to ask at."""
        return self.port or (443 if self.tls and self.kind == "http" else PORTS[self.kind])

    def judge(self) -> Iterator[tuple[str, Problem]]:
        """Yield what is wrong with it, by field."""
        if self.kind == "tcp" and not self.port:
            yield "port", Problem(_("a TCP probe needs a port"))
        if self.kind == "dns" and not self.query:
            yield "query", Problem(_("a DNS probe needs a name to ask for"))
        if self.timeout >= self.every:
            yield (
                "timeout",
                Problem(_("a probe may not take longer than the time between two"), found=f"{self.timeout:g}"),
            )
        for field_, values in (("address", (self.address,) if self.address else ()), ("answer", self.answer)):
            for value in values:
                try:
                    ip_address(value)
                except ValueError:
                    yield field_, Problem(_("this is no IP address"), found=value)


@dataclass(frozen=True)
class Found:
    """What a probe found. `text` is a message id with `values`."""

    ok: bool
    text: str
    values: Mapping[str, JSON] = field(default_factory=dict)
    milliseconds: float | None = None
    days: float | None = None
    """until the certificate ends; negative: it has"""
    offset: float | None = None
    """milliseconds that the server's clock is off ours, without sign"""
    stratum: int | None = None
    loss: float | None = None
    """0 to 1"""
    jitter: float | None = None
    """milliseconds: how much one round trip differs from the next, on average"""


@dataclass(frozen=True)
class Target:
    """A probe with the address that it asks at."""

    probe: Probe
    address: str
    source: str
    """`inventory`, or `county` for the county's own file"""
