"""The recheck lets every device be taken anew: it finds what it gets at with forged sources, and who hides that."""

from collections.abc import Callable
from functools import cache
from json import loads
from pathlib import Path

import pytest

from audit.recheck import checked
from tests.unit.audit.certificates import Document, check, configs, forward_rules, honest, made, told
from tests.unit.topology.reach.planted import CORES, each, without
from topology.reach.certificate import sealed, text

UNGUARDED = each(CORES, "forward", without("spoof-u001"))
"""the cores let the unit's line bring in any source"""
PAIR = ("devices", "zone:server")


@cache
def _holed() -> bytes:
    return text(sealed(made(UNGUARDED(configs()))))


def holed(tmp_path: Path) -> tuple[Path, Document]:
    """Return an honest certificate of a county in which a taken CPE may pass for others, as a file and to forge."""
    file = tmp_path / "holed.json"
    file.write_bytes(_holed())
    document: Document = loads(_holed())
    return file, document


def _disagreed(report: Document) -> set[tuple[str, str, str, str]]:
    return {(one["from"], one["to"], one["says"], one["found"]) for one in report["disagreed"]}


def test_what_a_taken_device_forges_is_certified_and_agreed_with(tmp_path: Path) -> None:
    file, document = holed(tmp_path)
    shown = [one for one in told(document)["findings"]["devices"]["zone:server"] if one["forger"] == "cpe-001"]
    assert shown[0]["claims"].startswith("unit:")
    assert told(document)["verdicts"]["devices"]["zone:server"] == "open"
    assert checked(str(file))["disagreed"] == []
    assert "forged sources" in document["covers"]


def test_a_hidden_forged_hole_is_named_with_its_device(tmp_path: Path) -> None:
    _file, document = holed(tmp_path)
    stated = told(document)
    forgers = {one["forger"] for one in stated["findings"]["devices"]["zone:server"]}
    for target in [*stated["findings"]["devices"]]:
        stated["verdicts"]["devices"][target] = told(honest())["verdicts"]["devices"].get(target, "allowed")
    del stated["findings"]["devices"]
    report = check(tmp_path, document)
    assert ("devices", "zone:server", "allowed", "open") in _disagreed(report)
    assert {one["from"] for one in report["disagreed"]} == {"devices"}
    packet = next(one["packet"] for one in report["disagreed"] if one["to"] == "zone:server")
    assert packet.split()[0] in forgers


def test_one_of_a_pair_s_forgers_cannot_be_left_out(tmp_path: Path) -> None:
    _file, document = holed(tmp_path)
    shown = told(document)["findings"]["devices"]["zone:server"]
    shown[:] = [{**one, "forger": "cpe-002"} if one["forger"] == "cpe-001" else one for one in shown]
    assert ("devices", "zone:server", "open", "open") in _disagreed(check(tmp_path, document))


def _filter_gone(document: Document) -> None:
    for device in CORES:
        rules = forward_rules(document, device)
        rules[:] = [rule for rule in rules if rule["name"] != "spoof-u001"]


def _filter_wider(document: Document) -> None:
    for device in CORES:
        rule = next(one for one in forward_rules(document, device) if one["name"] == "spoof-u001")
        rule["target"] = ""


def _passes_for_less(document: Document) -> None:
    """A device is said to carry nobody's packets: then all that it carries would be forged."""
    told(document)["taken"]["cpe-001"].update(passes=[], bears="")


@pytest.mark.parametrize("forge", [_filter_gone, _filter_wider, _passes_for_less])
def test_a_certificate_that_was_forged_where_only_forged_sources_show_it_is_disagreed_with(
    forge: Callable[[Document], None], tmp_path: Path
) -> None:
    document = honest()
    forge(document)
    found = _disagreed(check(tmp_path, document))
    assert found
    assert {(source, now) for source, _target, _says, now in found} == {("devices", "open")}


def test_whom_a_device_may_pass_for_is_in_the_hash_of_what_is_allowed(tmp_path: Path) -> None:
    document = honest()
    before = check(tmp_path, document)["allowed"]
    told(document)["taken"]["cpe-001"]["passes"] += ["zone:internet"]
    assert check(tmp_path, document)["allowed"] != before
