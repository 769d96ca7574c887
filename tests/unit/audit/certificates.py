"""Certificates of a small county to check, to forge and to break; `good` is one of the fewest units that show all."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import inventory
from audit import recheck
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.load import load_county
from inventory.model import County
from inventory.subset import only_units
from topology.reach.certificate import Subject, certificate, sealed, text

AT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
UNITS = ("u001", "u002", "u003", "u007", "u030", "u031")
FEW = ("u001", "u002", "u030")
Configs = dict[str, DeviceConfig]
Document = dict[str, Any]
Forge = Callable[[Document], object]


@cache
def county() -> County:
    return only_units(load_county(Path(inventory.__file__).parent / "example"), UNITS)


@cache
def configs() -> Configs:
    return intent(county(), placeholders())


def made(
    configs: Configs,
    unparsed: dict[str, list[str]] | None = None,
    down: tuple[str, ...] = (),
    of: County | None = None,
) -> Document:
    about = Subject("intended", AT, down=down, hashes={name: "0" * 64 for name in configs if name not in down})
    of = of or county()
    return certificate(of, configs, unparsed or {}, about)


@cache
def good() -> str:
    """Return an honest certificate of few units."""
    few = only_units(county(), FEW)
    return text(made(intent(few, placeholders()), of=few)).decode()


def honest() -> Document:
    """Return that certificate, for whoever would alter it."""
    found: Document = json.loads(good())
    return found


def check(tmp_path: Path, document: Document) -> Document:
    """Return the report on a document, sealed as whoever writes one can seal it."""
    file = tmp_path / "certificate.json"
    file.write_bytes(text(sealed(document)))
    return recheck.checked(str(file))


def told(document: Document, family: str = "ipv4") -> Document:
    """Return what a certificate states of the packets of one family."""
    found: Document = document["families"][family]
    return found


def pairs(report: Document) -> set[tuple[str, str]]:
    return {(one["from"], one["to"]) for one in report["disagreed"]}


def forward_rules(document: Document, device: str) -> list[Document]:
    found: list[Document] = told(document)["devices"][device]["filters"]["forward"]["rules"]
    return found


def lines_of(document: Document, name: str) -> list[Document]:
    return [one for one in told(document)["policy"] if one["line"] == name]
