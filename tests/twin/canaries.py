"""Looks for planted secrets wherever a county leaves anything: files, git objects, the database, exports, pages.

Every secret of the vault is one (they are random, so a find is no chance), and what people typed. A find is told by the
secret's name and its place, never by the secret.
"""

import sqlite3
import subprocess
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO

from countynet.secrets import Secrets, password_file, vault_file
from countynet.settings import Settings
from tests import raw

SHORTEST = 12
_STREAM = b"stream\n"


def needles(settings: Settings, typed: Mapping[str, str]) -> dict[bytes, str]:
    """Return what to look for: each line of every secret of the vault that is no public key, and what was typed."""
    secrets = Secrets.load(settings)
    held = {name: secrets.get(name).get_secret_value() for name in secrets.names() if "public" not in name}
    lines = [(line, name) for name, value in held.items() for line in value.splitlines()]
    wanted = {line.encode(): name for line, name in lines if len(line) >= SHORTEST and not line.startswith("-----")}
    return wanted | {value.encode(): name for name, value in typed.items()}


def spilt(wanted: Mapping[bytes, str], places: Iterator[tuple[str, bytes]]) -> set[str]:
    """Return `name: place` of each secret that stands anywhere in clear."""
    return {f"{name}: {place}" for place, content in places for needle, name in wanted.items() if needle in content}


def left(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield everything that a county's folder holds but the vault, its password, and the twin's own devices."""
    own = {vault_file(settings), password_file(settings)}
    for path in sorted(settings.county.rglob("*")):
        if path.is_file() and path not in own and settings.state / "twin" not in path.parents:
            yield from opened(str(path.relative_to(settings.county)), raw.content(path))
    for repository in (path.parent for path in settings.county.rglob(".git") if path.is_dir()):
        words = ["git", "-C", str(repository), "cat-file", "--batch", "--batch-all-objects"]
        yield f"objects of {repository.name}", subprocess.run(words, capture_output=True, timeout=60).stdout
    for path in settings.state.glob("*.db"):
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            yield f"tables of {path.name}", "\n".join(database.iterdump()).encode()


def opened(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and what a workbook or a PDF holds packed."""
    yield name, content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as packed:
            yield from ((f"{name}/{part}", packed.read(part)) for part in packed.namelist())
    if content.startswith(b"%PDF"):
        yield from ((f"{name} stream", part) for part in _streams(content))
        done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, timeout=60)
        yield f"{name} text", done.stdout


def _streams(pdf: bytes) -> Iterator[bytes]:
    for part in pdf.split(_STREAM)[1:]:
        try:
            yield zlib.decompress(part)
        except zlib.error:
            try:
                yield zlib.decompressobj().decompress(part)
            except zlib.error:
                continue
