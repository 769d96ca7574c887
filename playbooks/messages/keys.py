"""Keys of the message gateway, derived from its secret in the county's vault exactly as the gateway derives them.

Nobody keeps a list of keys: a key is changed by counting `generation` up in the gateway's settings. What is asked for
stands in the inventory's description of the application; a name that does not stand there gets no key.
"""

import hashlib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.messages.config import person_key, sender_key
from countynet.errors import BadInput, CountyError, Problem
from countynet.i18n import _
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory.model import County
from playbooks.applications.health import ROOT

KIND, SECRET = "messages", "keys"
NOTICES = "notices/messages-key"
"""the secret that the notices' channel names"""
AUTHORITY = "certificates/messages.pem"
"""within the county folder: what vouches for the gateway, its own certificate and the root of the county's authority"""
PORT = 443


@dataclass(frozen=True)
class Gateway:
    """The county's message gateway."""

    id: str
    dns: str
    address: str
    senders: Mapping[str, int]
    """names of applications with the generation of their key"""
    people: Mapping[str, int]


def gateway(county: County) -> Gateway:
    """Return the county's gateway. Raises CountyError when none is described."""
    found = next((a for a in county.applications if a.deployment and a.deployment.kind == KIND), None)
    if found is None or found.deployment is None:
        raise CountyError(_("the inventory describes no application of the kind {kind}"), kind=KIND)
    settings = found.deployment.settings
    address = str(county.host_by_name[found.hosts[0]].address.ip)
    return Gateway(
        found.id, found.deployment.dns, address, _named(settings, "senders", "id"), _named(settings, "people", "name")
    )


def _named(settings: Mapping[str, Any], section: str, name: str) -> dict[str, int]:
    return {str(each[name]): int(each.get("generation", 1)) for each in settings.get(section, ()) if name in each}


def key(settings: Settings, found: Gateway, name: str, person: bool = False) -> str:
    """Return the key of an application, or of a person. Raises BadInput for a name that the settings do not have."""
    known = found.people if person else found.senders
    if name not in known:
        message = _("the gateway's settings name nobody {name}")
        raise BadInput([Problem(message, {"name": name}, found=name, wanted=", ".join(known))])
    master = Secrets.load(settings).get(f"applications/{found.id}/{SECRET}").get_secret_value()
    return (person_key if person else sender_key)(master, name, known[name])


def keep(settings: Settings, name: str, value: str) -> None:
    """Put a secret into the county's vault, in the place of one of that name. Raises BadInput for a broken vault."""
    vault = Secrets.load(settings)
    Secrets.create(settings, {n: vault.get(n).get_secret_value() for n in vault.names()} | {name: value})


def certificate(found: Gateway, seconds: float = 10.0) -> str:
    """Return the certificate that the gateway shows (PEM). Raises CountyError when it does not answer."""
    try:
        return ssl.get_server_certificate((found.address, PORT), timeout=seconds)
    except OSError as error:
        message = _("the gateway at {address} does not answer: {words}")
        raise CountyError(message, address=found.address, words=error.strerror or str(error)) from error


def channel(found: Gateway, authority: str) -> str:
    """Return the lines of the notices' channel, for monitoring/notices.yml."""
    body = '{"to": "{to}", "text": "{text}", "key": "{secret}", "id": "{id}"}'
    vouched = f"authorities: {authority}, " if authority else ""
    return (
        f'  - {{name: messages, kind: sms, url: "https://{found.dns}/messages", address: {found.address},\n'
        f"     {vouched}secret: {NOTICES}, content: json,\n"
        f"     body: '{body}', accepted: '\"id\"'}}"
    )


def keep_certificate(settings: Settings, pem: str) -> str:
    """Keep the gateway's certificate in the county folder; return its SHA-256 fingerprint.

    The root of the county's authority stands beside it where it is known: certificates from there are renewed yearly.
    """
    file, root = settings.county / AUTHORITY, settings.county / ROOT
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(pem + (root.read_text(encoding="ascii") if root.is_file() else ""), encoding="ascii")
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
