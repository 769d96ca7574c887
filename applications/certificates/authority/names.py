"""Whom a certificate names, and what is checked about it before it is issued.

An ASCII identifier always stands in the subject (UID of a person, serialNumber of an organisation): programs such as
nginx hand a Chinese common name on in escaped form only. The identifier of an organisation is its unified social credit
code (GB 32100-2015), whose last character proves the others; no identity card's number ever goes into a certificate,
because everybody can read certificates.
"""

import re
from dataclasses import dataclass
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509.oid import NameOID

from applications.certificates.authority.profiles import Kind
from applications.certificates.problems import Refused

_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")
HOST = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def code_is_right(code: str) -> bool:
    """Tell whether a unified social credit code is one: 18 characters, the last computed from them (GB 32100-2015)."""
    if len(code) != 18 or any(letter not in _CODE for letter in code):
        return False
    total = sum(_CODE.index(letter) * weight for letter, weight in zip(code, _WEIGHTS, strict=False))
    return _CODE[-total % 31] == code[17]


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names: `name` as people say it, `identifier` a login, credit code or DNS name."""

    kind: Kind
    name: str
    organisation: str
    identifier: str

    def check(self) -> None:
        """Raise Refused with what is wrong with the words."""
        for words in (self.name, self.organisation):
            if not 1 <= len(words) <= 64 or not words.isprintable() or words != words.strip():
                raise Refused("A name has 1 to 64 printable characters: {words}", words=words[:80])
        if self.kind is Kind.PERSON and not LOGIN.fullmatch(self.identifier):
            raise Refused("This is not a login: {words}", words=self.identifier[:80])
        if self.kind is Kind.SEAL and not code_is_right(self.identifier):
            raise Refused("This is not a unified social credit code: {words}", words=self.identifier[:80])
        if self.kind is Kind.SERVER and not HOST.fullmatch(self.identifier):
            raise Refused("This is not the DNS name of a server: {words}", words=self.identifier[:80])

    def x509(self) -> x509.Name:
        """Return the distinguished name."""
        parts = [(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, self.organisation)]
        if self.kind is Kind.SERVER:
            return _name([*parts, (NameOID.COMMON_NAME, self.identifier[:64])])
        oid = NameOID.USER_ID if self.kind is Kind.PERSON else NameOID.SERIAL_NUMBER
        return _name([*parts, (NameOID.COMMON_NAME, self.name), (oid, self.identifier)])


def _name(parts: list[tuple[x509.ObjectIdentifier, str]]) -> x509.Name:
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])


def authority_name(county: str, title: str) -> x509.Name:
    """Return the name of one of the county's own certificates: the root, the issuing authority, a responder."""
    return _name([(NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, county), (NameOID.COMMON_NAME, title)])


def words_of(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    """Return the first value of an attribute of a name, or nothing."""
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def others_of(text: str) -> tuple[x509.GeneralName, ...]:
    """Return what a server is besides its name: IP addresses, DNS names, commas between. Raises Refused."""
    return tuple(map(_other, text.split(","))) if text else ()


def _other(word: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(word))
    except ValueError as error:
        if HOST.fullmatch(word) and not word.rpartition(".")[2].isdigit():
            return x509.DNSName(word)
        raise Refused("This is not an IP address: {words}", words=word[:80]) from error


def host_names(certificate: x509.Certificate) -> frozenset[str]:
    """Return the DNS names and IP addresses that a certificate is for."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    addresses = map(str, found.get_values_for_type(x509.IPAddress))
    return frozenset([*found.get_values_for_type(x509.DNSName), *addresses])
