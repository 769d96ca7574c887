"""Certificates of servers for deploys, without pages: what a deploy asks, as root on the platform's own host.

    enrol judge    SOCKET NAME ADDRESS                      < certificate     good, or why not; the root
    enrol issue    SOCKET NAME ADDRESS ORGANISATION ACTOR   < request (CSR)   the certificate and its issuer's, PEM
    enrol withdraw SOCKET ACTOR                             < certificate     withdrawn, or none

ADDRESS: the server's IP address and its further names, commas between. The server's private key never comes here. The
deploy was allowed where it was asked for (countynet's runs), so no officer approves it again; the keeper takes it from
root alone and writes into the journal who deployed. After the verdict comes the root's certificate. Exit code 2:
refused, in both languages; 3: the keeper does not answer.
"""

import datetime as dt
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from applications.certificates.authority.names import host_names, others_of
from applications.certificates.keeper.client import Client, KeeperAway
from applications.certificates.keeper.register import serial_text
from applications.certificates.problems import Refused
from applications.certificates.web.words import say

LEFT = dt.timedelta(days=60)
"""so long before its end a certificate is renewed, by the next deploy"""
GOOD, ABSENT, FOREIGN, OTHER, ENDS, REVOKED = "good", "absent", "foreign", "other-name", "ends", "revoked"
"""verdicts; all but the first want another certificate"""


def verdict(present: str, about: Mapping[str, Any], known: Mapping[str, Any], name: str, address: str) -> str:
    """Tell whether a certificate (PEM) is from this authority, for this name and address, unrevoked, good for a while.

    `about` is the keeper's own (its issuing certificate and time), `known` what its register says of the certificate.
    """
    own = _read(present)
    if own is None:
        return ABSENT
    try:
        own.verify_directly_issued_by(x509.load_pem_x509_certificate(about["issuing"].encode()))
    except (ValueError, TypeError, InvalidSignature):
        return FOREIGN
    if known.get("revoked"):
        return REVOKED
    if host_names(own) != {name, *(str(other.value) for other in others_of(address))}:
        return OTHER
    return GOOD if own.not_valid_after_utc - dt.datetime.fromisoformat(about["clock"]) > LEFT else ENDS


def _read(text: str) -> x509.Certificate | None:
    try:
        return x509.load_pem_x509_certificates(text.encode())[0]
    except ValueError:
        return None


def _known(keeper: Client, present: str) -> Mapping[str, Any]:
    """Return what the register says of a certificate; nothing of one that it does not know."""
    own = _read(present)
    if own is None:
        return {}
    try:
        return keeper.ask("find", serial=serial_text(own.serial_number))
    except Refused:
        return {}


def judge(keeper: Client, present: str, name: str, address: str) -> str:
    """Return the verdict on a server's certificate, and below it the root."""
    about = keeper.ask("about")
    return f"{verdict(present, about, _known(keeper, present), name, address)}\n{about['root'].strip()}"


def issue(keeper: Client, csr: str, name: str, address: str, organisation: str, actor: str) -> str:
    """Have a request answered; return the certificate with its issuer's. Raises Refused."""
    given = {"identifier": name, "address": address, "organisation": organisation, "csr": csr, "actor": actor}
    made = keeper.ask("enrol", **given)
    return str(made["certificate"] + keeper.ask("about")["issuing"])


def withdraw(keeper: Client, present: str, actor: str) -> str:
    """Revoke the certificate of a server that is taken away; one that is not ours or revoked already is left alone."""
    known = _known(keeper, present)
    if not known or known["revoked"] or known["kind"] != "server":
        return "none"
    keeper.ask("revoke", serial=known["serial"], reason="cessation_of_operation", actor=actor)
    return "withdrawn"


_DO: Mapping[str, tuple[Callable[..., str], int]] = {
    "judge": (judge, 2),
    "issue": (issue, 4),
    "withdraw": (withdraw, 1),
}


def main(words: list[str], given: str) -> int:
    """Carry it out on what came on standard input; print what came out."""
    action, socket, *rest = words if len(words) > 1 else ["", ""]
    if action not in _DO or len(rest) != _DO[action][1]:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        print(_DO[action][0](Client(Path(socket)), given, *rest))
    except Refused as error:
        print(*(say(language, error.text, **error.values) for language in ("zh", "en")), sep=" / ", file=sys.stderr)
        return 2
    except KeeperAway as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdin.read()))
