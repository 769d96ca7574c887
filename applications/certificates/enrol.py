"""A server's certificate for a host of our own, without pages: what a deploy asks for, as root on the platform's host.

    enrol SOCKET NAME ORGANISATION KEY CERTIFICATE      key and certificate: PEM files of the server

The deploy was approved where it was asked for (countynet's runs), so no officer approves it again; the keeper takes it
from root alone and writes it into the journal. What is good for another 30 days stays as it is.
"""

import datetime as dt
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from applications.certificates.keeper.client import Client, KeeperAway
from applications.certificates.keeper.keyring import write
from applications.certificates.problems import Refused

LEFT = dt.timedelta(days=30)


def is_good(certificate: Path, issuing: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bool:
    """Tell whether a certificate is of this key, from this authority and good for a while."""
    if not certificate.exists():
        return False
    own = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    top = x509.load_pem_x509_certificate(issuing.encode())
    is_ours = own.issuer == top.subject and own.public_key() == key.public_key()
    return is_ours and own.not_valid_after_utc - dt.datetime.now(dt.UTC) > LEFT


def enrol(socket: Path, name: str, organisation: str, key_file: Path, certificate: Path) -> bool:
    """Have a certificate issued and written with its chain; return whether that was needed. Raises Refused."""
    keeper = Client(socket)
    issuing = keeper.ask("about")["issuing"]
    key = serialization.load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Refused(
            "The key has to be RSA of 2048 bits or more, or of the curve P-256 or P-384 (SM2 is not possible here)."
        )
    if is_good(certificate, issuing, key):
        return False
    asked = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).sign(key, hashes.SHA256())
    csr = asked.public_bytes(serialization.Encoding.PEM).decode()
    made = keeper.ask("enrol", identifier=name, organisation=organisation, csr=csr)
    write(certificate, (made["certificate"] + issuing).encode())
    return True


def main(words: list[str]) -> int:
    """Carry it out; print `issued` or `good`."""
    try:
        socket, name, organisation, key, certificate = words
        print("issued" if enrol(Path(socket), name, organisation, Path(key), Path(certificate)) else "good")
    except (Refused, KeeperAway, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
