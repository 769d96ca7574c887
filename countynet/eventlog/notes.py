"""A checkpoint as a signed note: C2SP tlog-checkpoint over C2SP signed-note, signed with Ed25519 (RFC 8032).

Pure. The text has four lines: origin, size, root in base64, and as its one extension line `time` with the moment of
signing in UTC. A key is written as C2SP has it, NAME+HEX+BASE64, where the first byte behind the base64 names the
algorithm: 1 is Ed25519. Keys of other algorithms, and signatures by keys that are not given, count for nothing.
What breaks if this changes: programs of others that read our checkpoints. docs/log.md says all of it.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\1"
"""the algorithm's number in C2SP signed-note"""
ALGORITHM = "ed25519"
PREFIX = "countynet-log/"
"""every origin begins so; what follows is of the log's first event, so no other log has it"""
_TEXT = re.compile(
    r"(?P<text>(?P<origin>countynet-log/[0-9a-f]{16})\n(?P<size>0|[1-9][0-9]{0,18})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<time>[0-9T:.+-]{20,40})\n)\n(?P<signatures>(?:\u2014 [^ +\n]+ [A-Za-z0-9+/=]+(?:\n|$))+)"
)


def origin(first: str) -> str:
    """Return a log's name from the hash of its first event."""
    return f"{PREFIX}{first[:16]}"


@dataclass(frozen=True)
class Checkpoint:
    """What a log was at a moment: so many events with this root."""

    origin: str
    size: int
    root: bytes
    at: datetime

    @property
    def text(self) -> str:
        """The note's text, which is what is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\ntime {self.at.isoformat()}\n"


@dataclass(frozen=True)
class Key:
    """A public key that signs checkpoints."""

    name: str
    public: bytes
    """32 bytes of Ed25519"""

    @property
    def id(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The key as C2SP writes it: NAME+ID+KEY."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def read(cls, text: str) -> "Key":
        """Return what `text` wrote. Raises ValueError for anything else, also for another algorithm."""
        name, _plus, rest = text.strip().partition("+")
        id_, _plus, encoded = rest.partition("+")
        raw = b64decode(encoded, validate=True)
        if not name or len(raw) != 33 or raw[:1] != ED25519:
            raise ValueError("no key of Ed25519")
        found = cls(name, raw[1:])
        if found.id.hex() != id_:
            raise ValueError("the key is not that of its number")
        return found


def new_key() -> bytes:
    """Return a new private key: 32 bytes of Ed25519."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public(name: str, private: bytes) -> Key:
    """Return the public key of a private one."""
    return Key(name, Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw())


def signed(checkpoint: Checkpoint, private: bytes) -> str:
    """Return the note: the checkpoint with its signature."""
    key = public(checkpoint.origin, private)
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(checkpoint.text.encode())
    return f"{checkpoint.text}\n\u2014 {key.name} {b64encode(key.id + signature).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A checkpoint as it was found, with its signatures."""

    checkpoint: Checkpoint
    text: str
    """the whole note, to the letter; what a time-stamp authority stamps"""
    signatures: tuple[tuple[str, bytes], ...]

    def by(self, keys: Iterable[Key]) -> bool:
        """Whether one of these keys signed it."""
        known = {(key.name, key.id): key for key in keys}
        return any(
            _holds(known.get((name, raw[:4])), raw[4:], self.checkpoint.text.encode()) for name, raw in self.signatures
        )


def _holds(key: Key | None, signature: bytes, text: bytes) -> bool:
    if key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text)
    except InvalidSignature:
        return False
    return True


def found(text: str) -> tuple[Note, ...]:
    """Return every checkpoint that stands in a text: a note by itself, many one after the other, or a mail."""
    return tuple(_note(match) for match in _TEXT.finditer(text.replace("\r\n", "\n")) if _whole(match))


def _whole(match: re.Match[str]) -> bool:
    try:
        return datetime.fromisoformat(match["time"]).tzinfo is not None and b64decode(match["root"]) is not None
    except ValueError:
        return False


def _note(match: re.Match[str]) -> Note:
    checkpoint = Checkpoint(
        match["origin"], int(match["size"]), b64decode(match["root"]), datetime.fromisoformat(match["time"])
    )
    lines = [line.removeprefix("\u2014 ").split(" ") for line in match["signatures"].splitlines()]
    signatures = tuple((name, _raw(encoded)) for name, encoded in lines)
    whole = match["text"] + "\n" + "".join(f"{line}\n" for line in match["signatures"].splitlines())
    return Note(checkpoint, whole, signatures)


def _raw(encoded: str) -> bytes:
    try:
        return b64decode(encoded, validate=True)
    except ValueError:
        return b""
