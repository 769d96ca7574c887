"""A certificate that is not whole, or that the recheck does not understand, is refused with one reason."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from audit import recheck
from tests.unit.audit.certificates import Document, Forge, check, forward_rules, good, honest, lines_of, told


def _class_gone(document: Document) -> None:
    del told(document)["classes"]["address"][3]


def _class_joined(document: Document) -> None:
    found = told(document)["classes"]["address"]
    found[0] += " " + found.pop(1)


def _class_twice(document: Document) -> None:
    told(document)["classes"]["address"][1] = told(document)["classes"]["address"][0]


def _class_of_ipv6_gone(document: Document) -> None:
    del told(document, "ipv6")["classes"]["address"][1]


def _service_gone(document: Document) -> None:
    del told(document)["classes"]["service"][0]


def _services_joined(document: Document) -> None:
    found = told(document)["classes"]["service"]
    found[0] += " " + found.pop(1)


def _other_family(document: Document) -> None:
    told(document, "ipv6")["devices"]["fw-1"]["takes"] = "10.0.0.1"


def _unknown_key(document: Document) -> None:
    forward_rules(document, "fw-1")[0]["dscp"] = 46


def _two_routes(document: Document) -> None:
    routes = told(document)["devices"]["core-1"]["routes"]
    routes.append({"to": routes[0]["to"][:1], "by": []})


def _nobody_taken(document: Document) -> None:
    """Whom a taken device may pass for is said of each: else nobody would look at it."""
    del told(document)["taken"]["core-1"]


def _no_hash(document: Document) -> None:
    del document["hashes"]["core-1"]


def _no_place(document: Document) -> None:
    """A claim about what is no place would be checked by nobody."""
    del told(document)["places"]["zone:server"]


def _place_renamed(document: Document) -> None:
    """Nothing would ever arrive at a place that is on no segment."""
    domain = next(one for one in told(document)["domains"] if "unit:u002" in one["places"])
    domain["places"] = ["unit:u999"]


def _claim_more(document: Document) -> None:
    told(document)["verdicts"]["unit:u001"]["unit:u999"] = "isolated"


BROKEN: dict[str, Forge] = {
    "a place is left out": _no_place,
    "a place is on no segment": _place_renamed,
    "a verdict on what is no place": _claim_more,
    "a class of addresses is gone": _class_gone,
    "a class of IPv6 is gone": _class_of_ipv6_gone,
    "two classes of addresses are one": _class_joined,
    "a class of addresses stands twice": _class_twice,
    "a family is left out": lambda document: document["families"].pop("ipv6"),
    "a family that nobody knows": lambda document: document["families"].update(ipx={}),
    "a class of services is gone": _service_gone,
    "two classes of services are one": _services_joined,
    "a rule asks for what is not known": _unknown_key,
    "two routes lead to one network": _two_routes,
    "a device has no hash": _no_hash,
    "a device is taken by nobody": _nobody_taken,
    "a newer format": lambda document: document.update(version=5),
    "an older format": lambda document: document.update(version=3),
    "it covers something else": lambda document: document.update(covers=["everything"]),
    "devices are a list": lambda document: told(document).update(devices=[]),
    "an action of no meaning": lambda document: forward_rules(document, "fw-1")[0].update(action="maybe"),
    "no classes": lambda document: told(document).pop("classes"),
    "an address of no meaning": lambda document: lines_of(document, "units-public")[0]["to"].update(devices="10.0.0"),
    "an address of the other family": _other_family,
    "what is owed is unknown": lambda document: told(document)["policy"][0].update(owed=["arival"]),
    "a range from high to low": lambda document: told(document)["classes"]["address"].append("9.9.9.9-9.9.9.8"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_certificate_is_refused_with_one_reason(name: str, tmp_path: Path) -> None:
    document = honest()
    BROKEN[name](document)
    with pytest.raises(ValueError, match=r"^\w+: "):
        check(tmp_path, document)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda found: found[:-1], lambda found: found[: len(found) // 2], lambda found: b"", lambda found: b"[]\n",
        lambda found: b"null\n", lambda found: found + b"{}", lambda found: b"\xff" + found,
        lambda found: found.replace(b"10.21.1.0", b"10.21.1.8", 1), lambda found: b"[" * 100_000,
        lambda found: found.replace(b'{"at"', b'{"at":1,"at"', 1), lambda found: found.replace(b",", b", ", 1),
        lambda found: found.replace(b'"version":4', b'"version":NaN', 1),
    ],
)  # fmt: skip
def test_a_damaged_file_ends_with_exit_code_2_and_one_line(
    spoil: Callable[[bytes], bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"
    file.write_bytes(spoil(good().encode()))
    monkeypatch.setattr(sys, "argv", ["recheck.py", str(file)])
    with pytest.raises(SystemExit) as ended:
        recheck.main()
    printed = capsys.readouterr()
    assert ended.value.code == 2
    assert printed.out == ""
    assert printed.err.startswith(f"{file}: no valid certificate 证书无效: ")
    assert printed.err.count("\n") == 1
