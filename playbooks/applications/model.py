"""What a kind of application says of itself, as values. Pure; `kinds` reads them from `kinds/<kind>/application.yml`.

Titles are given in both languages by whoever writes the description, so they are no messages of the program. The
contract with the kind's role (`ansible/roles/app_<kind>`) stands in docs/applications.md.
"""

from typing import Annotated, Literal

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import language
from countynet.vocabulary import Role
from inventory.model.base import Name

PACKAGE_PATTERN = r"^[a-z0-9][a-z0-9+.-]+$"
"""Debian Policy, 5.6.1"""
Folder = Annotated[str, Field(pattern=r"^/[^:,\s]*$")]
"""as `podman run --volume` takes it"""
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
"""the name of an environment variable"""
Port = Annotated[int, Field(ge=1, le=65535)]


class Ports(Frozen):
    """A service that is not one of the county's usual ones."""

    protocol: Literal["tcp", "udp"]
    ports: Annotated[tuple[Port, ...], Field(min_length=1)]


class Health(Frozen):
    """How it is seen from the management station that an application works: one request over HTTPS."""

    path: Annotated[str, Field(pattern=r"^/")]
    status: Annotated[int, Field(ge=100, le=599)] = 200
    contains: str = ""
    """text that the answer has to have"""


class SignOn(Frozen):
    """How a kind knows people by the county's sign-on (docs/certificates.md)."""

    gate: bool = False
    """it speaks no OpenID Connect: nginx asks a gate of ours, where the application's description wants it"""
    strangers: bool = False
    """behind the gate, whether who has not signed in comes through all the same, without a name"""
    client: Name | None = None
    """what the sign-on calls it; else the application's id"""
    back: Annotated[str, Field(pattern=r"^/")] = "/signed-on/back"
    """where the browser comes back to"""
    ended: Annotated[str, Field(pattern=r"^(/|$)")] = ""
    """where it is told that somebody has signed out (OpenID Connect Back-Channel Logout 1.0); empty: it is not"""


class Image(Frozen):
    """How a container image of this kind is run; which image it is, the application's description says (`image`).

    It runs as the application's account, whatever account the image names, and writes into its volumes and /tmp alone.
    """

    volumes: dict[Folder, Folder] = Field(default_factory=dict)
    """folders of the host, each one of `data` or in one (<id> stands for the application's id), by the image's paths"""
    environment: dict[Variable, str] = Field(default_factory=dict)
    """besides PORT, BASE_URL and SIGN_ON_HEADER, which it is always told; secrets come as files in /run/secrets"""
    command: tuple[str, ...] = ()
    """in place of the image's own"""


class Kind(Frozen):
    """One kind of application."""

    kind: Name
    title: Annotated[str, Field(min_length=1)]
    title_en: Annotated[str, Field(min_length=1)]
    does: Annotated[str, Field(min_length=1)]
    does_en: Annotated[str, Field(min_length=1)]
    packages: tuple[Annotated[str, Field(pattern=PACKAGE_PATTERN)], ...] = ()
    """Debian packages that its role needs, beside those that every application has"""
    wheels: str = ""
    """lock file beside the description (pip's format, with hashes); becomes the application's venv"""
    image: Image | None = None
    """runs from a container image instead of packages; then it needs no role of its own"""
    code: tuple[Name, ...] = ()
    """folders of applications/ that are copied to the host"""
    services: tuple[Name, ...] = ("https",)
    """services of the inventory that it offers"""
    ports: dict[Name, Ports] = Field(default_factory=dict)
    """what those services are that not every county has"""
    upstream: Port | None = None
    """loopback port that nginx passes to; None: the role brings its own nginx site, if any"""
    data: tuple[Annotated[str, Field(pattern=r"^/")], ...] = ()
    """folders that are backed up and restored; <id> stands for the application's id"""
    secrets: tuple[Name, ...] = ()
    guarded: tuple[Name, ...] = ()
    """of these secrets (and its backups' password) those that belong into the center's own vault, where there is one"""
    health: Health | None = None
    needs: tuple[Name, ...] = ()
    """kinds that have to run first"""
    people: SignOn | None = None
    """how it knows people by the county's sign-on; None: it does not"""
    may_run: tuple[Role, ...] = ()
    """roles that may run anything on it and its hosts; empty: whoever a playbook names"""
    memory_mb: Annotated[int, Field(ge=1, le=1 << 20)] = 100
    minutes: Annotated[int, Field(ge=1, le=240)] = 3

    @property
    def name(self) -> str:
        """The title in the reader's language."""
        return self.title if language() == "zh_CN" else self.title_en

    @property
    def said(self) -> str:
        """What it does, in the reader's language."""
        return self.does if language() == "zh_CN" else self.does_en

    @property
    def role(self) -> str:
        """The name of its Ansible role."""
        return f"app_{self.kind.replace('-', '_')}"
