"""Which Debian this machine is and where it gets its packages: read from apt's own settings, both formats.

Refuses to guess: a machine without a usable source is told so.
"""

from collections.abc import Iterator
from pathlib import Path

from countynet.errors import MissingCapability
from countynet.i18n import _

APT = Path("/etc/apt")
OS_RELEASE = Path("/etc/os-release")


def codename() -> str:
    """Return the release's name, e.g. bookworm. Raises MissingCapability."""
    for line in OS_RELEASE.read_text().splitlines():
        name, _sign, value = line.partition("=")
        if name == "VERSION_CODENAME":
            return value.strip('"')
    raise MissingCapability(_("this machine does not say which Debian release it is"))


def from_list(text: str) -> Iterator[tuple[str, str]]:
    """Yield (address, suite) of the `deb` lines of a one-line-style file, sources.list(5)."""
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if words[:1] == ["deb"]:
            while len(words) > 1 and words[1].startswith("["):
                while not words[1].endswith("]"):
                    del words[1]
                del words[1]
            if len(words) >= 3:
                yield words[1], words[2]


def from_deb822(text: str) -> Iterator[tuple[str, str]]:
    """Yield (address, suite) of the enabled binary sources of a deb822-style file, sources.list(5)."""
    for stanza in text.split("\n\n"):
        fields: dict[str, list[str]] = {}
        name = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1] not in (" ", "\t"):
                name, _sign, line = line.partition(":")
            fields.setdefault(name.strip().lower(), []).extend(line.split())
        if "deb" in fields.get("types", []) and fields.get("enabled") != ["no"]:
            yield from ((uri, suite) for uri in fields.get("uris", []) for suite in fields.get("suites", []))


def sources(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield (address, suite) of every source in apt's folder."""
    for path in [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]:
        if path.suffix in (".list", ".sources") and path.is_file():
            reader = from_list if path.suffix == ".list" else from_deb822
            yield from reader(path.read_text())


def mirror() -> str:
    """Return the first address from which this machine gets its own release. Raises MissingCapability."""
    release = codename()
    for address, suite in sources(APT):
        if suite == release and address.startswith(("http://", "https://", "file:")):
            return address
    raise MissingCapability(_("apt has no source for {release}; add one to /etc/apt/sources.list"), release=release)
