"""Where this machine gets its packages: both of apt's formats, with what people really write in them."""

from pathlib import Path

import pytest

from countynet.errors import MissingCapability
from topology.twin import aptsource
from topology.twin.aptsource import from_deb822, from_list, sources

DEB822 = """Types: deb
# http://snapshot.example.org/
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://sources.example.org/debian
Suites: bookworm

Types: deb
Enabled: no
URIs: http://off.example.org/debian
Suites: bookworm

Types: deb
URIs:
 http://a.example.org/debian
 http://b.example.org/debian
Suites: bookworm-security
"""


def test_deb822() -> None:
    assert list(from_deb822(DEB822)) == [
        ("http://deb.debian.org/debian", "bookworm"),
        ("http://deb.debian.org/debian", "bookworm-updates"),
        ("http://a.example.org/debian", "bookworm-security"),
        ("http://b.example.org/debian", "bookworm-security"),
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("deb http://deb.debian.org/debian bookworm main", [("http://deb.debian.org/debian", "bookworm")]),
        ("deb [arch=amd64 trusted=yes] http://m/debian bookworm main # x", [("http://m/debian", "bookworm")]),
        ("deb [ arch=amd64 ] http://m/debian bookworm main", [("http://m/debian", "bookworm")]),
        ("# deb http://m/debian bookworm main", []),
        ("deb-src http://m/debian bookworm main", []),
        ("deb", []),
        ("", []),
    ],
)
def test_one_line_style(line: str, found: list[tuple[str, str]]) -> None:
    assert list(from_list(line)) == found


def test_files_of_other_kinds_are_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "a.list").write_text("deb http://a/debian bookworm main\n")
    (folder / "b.list.save").write_text("deb http://b/debian bookworm main\n")
    assert list(sources(tmp_path)) == [("http://a/debian", "bookworm")]


def test_a_machine_without_a_source_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "os-release").write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    (tmp_path / "sources.list").write_text("deb http://deb.debian.org/debian bookworm-updates main\n")
    monkeypatch.setattr(aptsource, "APT", tmp_path)
    monkeypatch.setattr(aptsource, "OS_RELEASE", tmp_path / "os-release")
    with pytest.raises(MissingCapability) as caught:
        aptsource.mirror()
    assert caught.value.values["release"] == "bookworm"
