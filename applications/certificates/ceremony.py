"""The ceremony of the keys: making the root, asking it for the issuing authority, carrying the answer back.

    ceremony root FOLDER --county 清岚县          on a machine without a network: root.key.pem (encrypted), root.pem
    ceremony request KEYS --county 清岚县 --passphrase FILE     on the server: issuing.key.pem, issuing.csr.pem
    ceremony sign FOLDER issuing.csr.pem issuing.pem            at the root again: prints whom it signs
    ceremony install KEYS issuing.pem root.pem    on the server: checks that they fit, puts them in place

Passphrases are asked for, or read from a file, never an argument. A key that is there is never written over.
docs/ceremony.md has the protocol with the people who take part.
"""

import argparse
import datetime as dt
import getpass
import os
import sys
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization

from applications.certificates.authority import issue
from applications.certificates.authority.issue import Issuer
from applications.certificates.authority.names import authority_name
from applications.certificates.keeper.keyring import certificate, opened, sealed, write
from applications.certificates.problems import Refused

PEM = serialization.Encoding.PEM


def make_root(folder: Path, county: str, passphrase: bytes, now: dt.datetime) -> x509.Certificate:
    """Make the root key and certificate. Raises Refused when there is one."""
    _absent(folder / "root.key.pem")
    key = issue.new_key(strong=True)
    own = issue.root(authority_name(county, f"{county}电子政务根证书 Root CA"), key, now)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write(folder / "root.key.pem", sealed(key, passphrase), secret=True)
    write(folder / "root.pem", own.public_bytes(PEM))
    return own


def make_request(keys: Path, county: str, passphrase: bytes) -> x509.CertificateSigningRequest:
    """Make the issuing authority's key and its request. Raises Refused when there is a key."""
    _absent(keys / "issuing.key.pem")
    key = issue.new_key(strong=True)
    asked = issue.request(authority_name(county, f"{county}电子政务签发证书 Issuing CA"), key)
    write(keys / "issuing.key.pem", sealed(key, passphrase), secret=True)
    write(keys / "issuing.csr.pem", asked.public_bytes(PEM))
    return asked


def sign(folder: Path, asked: bytes, passphrase: bytes, now: dt.datetime) -> x509.Certificate:
    """Sign the issuing authority's request with the root."""
    top = Issuer(certificate(folder / "root.pem"), opened((folder / "root.key.pem").read_bytes(), passphrase))
    return issue.issuing(top, x509.load_pem_x509_csr(asked), now)


def install(keys: Path, issuing: bytes, root: bytes) -> None:
    """Put the certificates in place. Raises Refused when they do not fit the key or each other, or others are there."""
    own, top = x509.load_pem_x509_certificate(issuing), x509.load_pem_x509_certificate(root)
    asked = x509.load_pem_x509_csr((keys / "issuing.csr.pem").read_bytes())
    if own.public_key() != asked.public_key():
        raise Refused("The certificate is not of the key that was made here.")
    try:
        top.verify_directly_issued_by(top)
        own.verify_directly_issued_by(top)
    except (ValueError, TypeError, InvalidSignature) as error:
        raise Refused("The issuing certificate is not signed by this root.") from error
    held = keys / "root.pem"
    if held.exists() and certificate(held) != top:
        raise Refused("Another root is in place; certificates that it vouches for would be worthless.")
    write(held, root)
    write(keys / "issuing.pem", issuing)


def fingerprint(own: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate as it is read aloud and written into the protocol."""
    return own.fingerprint(hashes.SHA256()).hex(":", 2).upper()


def _absent(path: Path) -> None:
    if path.exists():
        raise Refused("There is a key already, it is never written over: {path}", path=str(path))


def _passphrase(file: str | None, twice: bool) -> bytes:
    if file is not None:
        return Path(file).read_bytes().strip()
    text = getpass.getpass("passphrase: ")
    if twice and getpass.getpass("once more: ") != text:
        raise Refused("The two passphrases differ.")
    if len(text) < 16:
        raise Refused("The passphrase has at least 16 characters.")
    return text.encode()


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ceremony", description=__doc__.splitlines()[0] if __doc__ else "")
    steps = parser.add_subparsers(dest="step", required=True)
    for name, places in (
        ("root", ("folder",)),
        ("request", ("keys",)),
        ("sign", ("folder", "csr", "target")),
        ("install", ("keys", "issuing", "root")),
    ):
        step = steps.add_parser(name)
        for place in places:
            step.add_argument(place, type=Path)
        if name in ("root", "request"):
            step.add_argument("--county", required=True)
        if name != "install":
            step.add_argument("--passphrase", metavar="FILE")
    return parser.parse_args(words)


def _carry_out(told: argparse.Namespace) -> str:
    now = dt.datetime.now(dt.UTC)
    if told.step == "root":
        return fingerprint(make_root(told.folder, told.county, _passphrase(told.passphrase, twice=True), now))
    if told.step == "request":
        asked = make_request(told.keys, told.county, _passphrase(told.passphrase, twice=True))
        return asked.subject.rfc4514_string()
    if told.step == "sign":
        _absent(told.target)
        own = sign(told.folder, told.csr.read_bytes(), _passphrase(told.passphrase, twice=False), now)
        write(told.target, own.public_bytes(PEM))
        return f"{own.subject.rfc4514_string()}\n{fingerprint(own)}"
    install(told.keys, told.issuing.read_bytes(), told.root.read_bytes())
    return fingerprint(certificate(told.keys / "issuing.pem"))


def main(words: list[str]) -> int:
    """Carry out one step; print what goes into the protocol. 2 with a sentence when it was refused."""
    os.umask(0o077)
    try:
        print(_carry_out(_arguments(words)))
    except (Refused, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
