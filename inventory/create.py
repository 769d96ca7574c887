"""Makes a county folder out of the example: YAML, a git repository, secrets. Asked again, it does only what is missing.

Promises: nobody's files are overwritten; a creation that was interrupted (kill -9 at any point) is finished by the
next one; private values exist only in the vault, whose password is outside git in the state folder.
"""

import secrets as random
import string
import subprocess
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from countynet.errors import Conflict, MissingCapability
from countynet.i18n import _
from countynet.secrets import Secrets, vault_file
from countynet.settings import Settings
from countynet.vocabulary import Access
from inventory import example_mixed, names
from inventory.intent.adapt import VENDOR_PRIVATE_KEY, VENDOR_PUBLIC_KEY, needs_vendor_key
from inventory.model import County

EXAMPLE = Path(__file__).parent / "example"
APPLICATIONS = Path(__file__).parent / "example_more" / "applications.yml"
"""servers and applications that are added to the example where they are wanted"""
PRIVATE_KEY, PUBLIC_KEY = "ssh/admin-private-key", "ssh/admin-public-key"
RSA_BITS = 3072
"""length of the key for vendors' devices: 128 bits of security (NIST SP 800-57 part 1), and all platforms take it"""
_MARK = ".creating"
"""stands in the folder from the first file to the last"""
_MIXED, _APPLICATIONS = "mixed", "applications"
_ALPHABET = string.ascii_letters + string.digits
_AUTHOR = ("-c", "user.name=countynet", "-c", "user.email=countynet@localhost", "-c", "commit.gpgsign=false")


def create_folder(settings: Settings, mixed: bool = False, applications: bool = False) -> bool:
    """Copy the example into the county folder if that holds no county; return whether it did.

    With `mixed` it is the county of several makers (`inventory.example_mixed`), with `applications` there are servers
    with applications on them, too; an interrupted creation stays as begun.
    """
    folder, mark = settings.county, settings.county / _MARK
    if any(folder.glob("*.yml")) and not mark.exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    if not mark.exists():
        wanted = [word for word, is_wanted in ((_MIXED, mixed), (_APPLICATIONS, applications)) if is_wanted]
        mark.write_text(" ".join(wanted), encoding="utf-8")
    begun = mark.read_text(encoding="utf-8").split()
    files = {file.name: file.read_text(encoding="utf-8") for file in sorted(EXAMPLE.glob("*.yml"))}
    if _APPLICATIONS in begun:
        files[APPLICATIONS.name] = APPLICATIONS.read_text(encoding="utf-8")
    if _MIXED in begun:
        files = example_mixed.mixed(files)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / ".gitignore").write_text(f"/.state/\n/{_MARK}\n/software/*\n!/software/images.yml\n", encoding="utf-8")
    mark.unlink()
    return True


def create_secrets(settings: Settings, county: County) -> int:
    """Create every secret that the county needs and has not; return how many. Raises BadInput for a broken vault."""
    known = Secrets.load(settings) if vault_file(settings).exists() else None
    values = {name: known.get(name).get_secret_value() for name in known.names()} if known else {}
    before = len(values)
    if PRIVATE_KEY not in values:
        values[PRIVATE_KEY], values[PUBLIC_KEY] = key_pair(Ed25519PrivateKey.generate())
    if needs_vendor_key(county) and VENDOR_PRIVATE_KEY not in values:
        key = generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        values[VENDOR_PRIVATE_KEY], values[VENDOR_PUBLIC_KEY] = key_pair(key)
    for name in _needed(county):
        values.setdefault(name, random_text(names.OSPF_KEY if name.startswith(names.OF_TRANSITS) else 32))
    if len(values) > before:
        Secrets.create(settings, values)
    return len(values) - before


def _needed(county: County) -> Iterator[str]:
    """Yield the names of the secrets that are just random text."""
    yield from ("snmp/auth", "snmp/priv")
    yield from (names.TIME_KEY,) if county.plan.hardening.ntp_keys else ()
    if county.plan.hardening.ospf_keys:
        yield from (names.secret_of_transit(transit.prefix) for transit in county.plan.transits)
    for circuit in county.circuits:
        if circuit.access is Access.ADSL:
            yield names.secret_of_tunnel(county.cpe_by_unit[circuit.unit].name)


def random_text(letters: int = 32) -> str:
    """Return letters and digits: 190 bits, or 95 of 16; nothing that a configuration file would have to quote."""
    return "".join(random.choice(_ALPHABET) for _n in range(letters))


def key_pair(key: Ed25519PrivateKey | RSAPrivateKey) -> tuple[str, str]:
    """Return a key pair (RFC 8709, RFC 4253): private in OpenSSH's format, public as `type base64`."""
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private.decode(), public.decode()


def create_repository(settings: Settings) -> str:
    """Put a county folder that is in no git repository into one; return the commit that it stands at.

    Raises MissingCapability without git, Conflict if git refuses.
    """
    if not (settings.county / ".git").exists():
        _git(settings, "init", "--quiet", "--initial-branch=main")
    if not _git(settings, "rev-list", "--all", "--max-count=1"):
        _git(settings, "add", "--all")
        _git(settings, *_AUTHOR, "commit", "--quiet", "--no-verify", "--message", "示例县 The example county")
    return _git(settings, "rev-parse", "HEAD")


def _git(settings: Settings, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(settings.county), *words], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise MissingCapability(_("git is missing; install it: apt-get install git")) from error
    if done.returncode:
        raise Conflict(_("git refused in {folder}: {answer}"), folder=settings.county, answer=done.stderr.strip())
    return done.stdout.strip()
