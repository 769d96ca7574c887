"""The recheck agrees with honest certificates, of planted holes too, and names what lying ones say wrong."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pydantic import SecretStr

import inventory
from audit import recheck
from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.intent import intent
from inventory.intent.adapt import adapted
from inventory.load import load_county
from inventory.model import County
from inventory.subset import only_units, subset
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.planted import HARMLESS, HOLES, change, each, rules, without
from topology.reach.certificate import Subject, certificate, sealed, text
from topology.reach.verdict import prove

AT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
UNITS = ("u001", "u002", "u003", "u007", "u030", "u031")
Configs = dict[str, DeviceConfig]
Document = dict[str, Any]
Forge = Callable[[Document], object]


@cache
def county() -> County:
    return only_units(load_county(Path(inventory.__file__).parent / "example"), UNITS)


@cache
def configs() -> Configs:
    return intent(county(), lambda _name: SecretStr("ssh-ed25519 AAAA county"))


def made(
    configs: Configs,
    unparsed: dict[str, list[str]] | None = None,
    down: tuple[str, ...] = (),
    of: County | None = None,
) -> Document:
    about = Subject("intended", AT, down=down, hashes={name: "0" * 64 for name in configs if name not in down})
    of = of or county()
    return certificate(of, configs, unparsed or {}, prove(of, configs, unparsed, down=down), about)


@cache
def good() -> str:
    return text(made(configs())).decode()


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


def test_the_program_is_short_and_imports_nothing_of_ours() -> None:
    source = Path(recheck.__file__).read_text("utf-8")
    assert source.count("\n") < 400
    names = {line.split()[1].split(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert names <= sys.stdlib_module_names


def test_it_runs_alone_and_agrees_with_a_good_certificate(tmp_path: Path) -> None:
    file, program = tmp_path / "certificate.json", tmp_path / "recheck.py"
    file.write_text(good(), "utf-8")
    program.write_bytes(Path(recheck.__file__).read_bytes())
    command = [sys.executable, "-I", str(program), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    places = len(told(json.loads(good()))["places"])
    pairs_of = 2 * (places * (places - 1) + 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{pairs_of}/{pairs_of} verdicts hold 个结论成立")


@pytest.mark.parametrize("name", HOLES)
def test_a_certificate_of_a_planted_hole_is_agreed_with_and_one_that_hides_it_is_not(name: str, tmp_path: Path) -> None:
    planted, source, target = HOLES[name]
    document = made(planted(configs()))
    both = [(family, a, b) for family in document["families"] for a, b in ((source, target), (target, source))]
    ends = [(family, a, b) for family, a, b in both if told(document, family)["verdicts"][a][b] == "open"]
    assert ends
    assert check(tmp_path, document)["disagreed"] == []
    for family, a, b in ends:
        told(document, family)["verdicts"][a][b] = "isolated"
        del told(document, family)["findings"][a][b]
    report = check(tmp_path, document)
    assert {(one["family"], one["from"], one["to"]) for one in report["disagreed"]} == {*ends}
    shared = any({source, target} <= {*domain["places"]} for domain in told(document)["domains"])
    assert all(one["found"] == "open" and (one["packet"] or shared) for one in report["disagreed"])


@pytest.mark.parametrize("name", ["every rule twice", "a lower priority of VRRP"])
def test_a_harmless_change_is_agreed_with(name: str, tmp_path: Path) -> None:
    assert check(tmp_path, made(HARMLESS[name](configs())))["disagreed"] == []


def test_a_county_of_five_platforms_with_lists_that_keep_no_state_is_agreed_with(tmp_path: Path) -> None:
    mixed = subset(mixed_county(), 5)
    document = made(adapted(mixed, secrets), of=mixed)
    rules = [r for d in told(document)["devices"].values() for f in d["filters"].values() for r in f["rules"]]
    acks = [rule for rule in rules if rule.get("service", "").startswith("6-6:") and rule["service"].endswith(":1-2")]
    assert acks
    assert any("session" in rule for rule in rules)
    assert check(tmp_path, document)["disagreed"] == []


NETWORKS = (
    "10.21.0.0/16",
    "10.21.1.0/24",
    "10.1.0.11/32",
    "10.2.0.0/24",
    "0.0.0.0/0",
    "10.255.0.0/16",
    "100.64.0.0/16",
)


def _drawn(random: Random, ports: list[str], hook: str) -> FilterRule:
    """Return a rule as nobody would write it."""
    protocol = random.choice([None, "tcp", "udp", "icmp", "esp", "vrrp"])
    asked: Document = {
        "action": random.choice(["accept", "accept", "drop"]),
        "name": "drawn",
        "protocol": protocol,
        "sources": random.sample(NETWORKS, random.choice([0, 1, 2])),
        "not_sources": random.sample(NETWORKS[:3], random.choice([0, 0, 1])),
        "destinations": random.sample(NETWORKS, random.choice([0, 1, 2])),
        "in_interfaces": random.sample(ports, random.choice([0, 1])),
        "out_interfaces": random.sample(ports, random.choice([0, 1])) if hook == "forward" else (),
        "state": random.choice([None, None, "established"]),
        "icmp_echo_only": protocol == "icmp" and random.random() < 0.5,
    }
    if protocol in ("tcp", "udp"):
        asked |= {
            "ports": random.sample([22, 53, 443, 500], 2),
            "source_ports": random.sample([53], random.choice([0, 1])),
        }
    return FilterRule.model_validate(asked)


def _begins(rule: FilterRule) -> Callable[[list[FilterRule]], list[FilterRule]]:
    """Put a rule in place of the first."""
    return lambda found: [rule, *found[1:]]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_filters_say_both_come_to_the_same_verdicts(seed: int, tmp_path: Path) -> None:
    """More were drawn by hand: docs/proof.md."""
    random, drawn = Random(seed), configs()
    names = [name for name, config in drawn.items() if config.filters]
    for name in random.sample(names, 5):
        hook = random.choice(["input", "forward"])
        drawn = rules(drawn, name, hook, _begins(_drawn(random, [i.name for i in drawn[name].interfaces], hook)))
        chains = tuple(f.model_copy(update={"stateless": random.random() < 0.3}) for f in drawn[name].filters)
        drawn = change(drawn, name, filters=chains)
    document = made(drawn)
    assert told(document)["findings"]
    assert check(tmp_path, document)["disagreed"] == []


@pytest.mark.parametrize("down", [("core-1",), ("fw-1", "core-2")])
def test_a_certificate_without_what_failed_is_agreed_with(down: tuple[str, ...], tmp_path: Path) -> None:
    assert check(tmp_path, made(configs(), down=down))["disagreed"] == []


def test_an_answer_that_does_not_come_back_is_blocked_to_both(tmp_path: Path) -> None:
    document = made(each(["fw-1", "fw-2"], "forward", without("established"))(configs()))
    assert told(document)["verdicts"]["unit:u001"]["zone:server"] == "blocked"
    (shown,) = told(document)["findings"]["unit:u001"]["zone:server"]
    assert (shown["answer"], shown["path"][-1]["device"]) == (True, "fw-1")
    assert check(tmp_path, document)["disagreed"] == []
    told(document)["verdicts"]["unit:u001"]["zone:server"] = "allowed"
    del told(document)["findings"]["unit:u001"]["zone:server"]
    (one,) = check(tmp_path, document)["disagreed"]
    assert (one["from"], one["to"], one["found"]) == ("unit:u001", "zone:server", "blocked")
    assert one["packet"].startswith("10.1.0.")


def test_what_nobody_understood_is_unknown_to_both(tmp_path: Path) -> None:
    document = made(configs(), {"cpe-001": ["12: strange"], "sw-dc": ["3: strange"]})
    assert "unknown" in told(document)["verdicts"]["unit:u001"].values()
    assert check(tmp_path, document)["disagreed"] == []
    told(document)["not_understood"].pop("sw-dc")
    assert ("zone:city", "unit:u003") in pairs(check(tmp_path, document))


def test_a_device_without_a_configuration_is_unknown_to_both(tmp_path: Path) -> None:
    document = made({name: config for name, config in configs().items() if name != "cpe-031"})
    assert told(document)["not_understood"] == {"cpe-031": ["no configuration"]}
    assert check(tmp_path, document)["disagreed"] == []


def _rules(document: Document, device: str) -> list[Document]:
    found: list[Document] = told(document)["devices"][device]["filters"]["forward"]["rules"]
    return found


def _drop_rule(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        rules = _rules(document, device)
        rules[:] = [rule for rule in rules if rule["name"] != "internet-spoof"]


def _accept_first(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        _rules(document, device).insert(0, {"name": "planted", "action": "accept"})


def _route(document: Document) -> None:
    """The cores lose the way to the management address of a CPE."""
    for device in ("core-1", "core-2"):
        for route in told(document)["devices"][device]["routes"]:
            route["to"] = [prefix for prefix in route["to"] if prefix != "10.255.16.1/32"]


def _move_rule(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        rules = _rules(document, device)
        rules.append(rules.pop(next(n for n, rule in enumerate(rules) if rule["name"] == "internet-spoof")))


def _no_session(document: Document) -> None:
    for device in ("fw-1", "fw-2"):
        rules = _rules(document, device)
        rules[:] = [rule for rule in rules if "session" not in rule]


def _wrong_master(document: Document) -> None:
    """While nothing fails, what comes back from the servers' segment goes to the firewall that has no sessions."""
    zone = next(one for one in told(document)["domains"] if "zone:server" in one["places"])
    for address, ports in zone["owners"].items():
        zone["speaking"][address] = [port for port in ports if len(ports) == 1 or port[0] == "fw-2"]


def _six(document: Document) -> None:
    """Both units' CPEs and their core are said to let all IPv6 by, and to know the way."""
    stated = told(document, "ipv6")
    stated["devices"]["cpe-001"]["filters"]["input"]["rules"].insert(0, {"name": "planted", "action": "accept"})


def _lines(document: Document, name: str) -> list[Document]:
    return [one for one in told(document)["policy"] if one["line"] == name]


def _widen(document: Document) -> None:
    for line in _lines(document, "units-public"):
        line["service"] = "0-255:0-65535:0-65535:0-2"


def _narrow(document: Document) -> None:
    for line in _lines(document, "units-public"):
        told(document)["policy"].remove(line)


def _flip(document: Document) -> None:
    told(document)["verdicts"]["unit:u001"]["unit:u002"] = "allowed"


def _missing(document: Document) -> None:
    del told(document)["verdicts"]["unit:u001"]["unit:u002"]


def _tunnel(document: Document) -> None:
    told(document)["devices"]["cpe-030"]["tunnels"] = None


def _one_domain(document: Document) -> None:
    city = next(one for one in told(document)["domains"] if "zone:city" in one["places"])
    city["places"].append("zone:server")


LIES: dict[str, tuple[Forge, tuple[str, str], str]] = {
    "a rule is moved": (_move_rule, ("zone:internet", "zone:public"), "open"),
    "a rule for answers is left out": (_no_session, ("unit:u001", "zone:server"), "blocked"),
    "answers come back by the wrong firewall": (_wrong_master, ("unit:u001", "zone:server"), "blocked"),
    "a rule that accepts IPv6 is put in": (_six, ("unit:u001", "devices"), "open"),
    "a rule that drops is left out": (_drop_rule, ("zone:internet", "zone:public"), "open"),
    "a rule that accepts is put in": (_accept_first, ("zone:city", "zone:server"), "open"),
    "a route is left out": (_route, ("zone:management", "devices"), "blocked"),
    "an allowed line is widened": (_widen, ("unit:u001", "zone:public"), "blocked"),
    "an allowed line is left out": (_narrow, ("unit:u001", "zone:public"), "open"),
    "a verdict is flipped": (_flip, ("unit:u001", "unit:u002"), "isolated"),
    "a verdict is left out": (_missing, ("unit:u001", "unit:u002"), "isolated"),
    "a tunnel is left out": (_tunnel, ("unit:u030", "zone:server"), "blocked"),
    "two zones are one domain": (_one_domain, ("zone:city", "zone:server"), "open"),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_a_certificate_that_was_forged_in_one_place_is_disagreed_with(name: str, tmp_path: Path) -> None:
    forge, pair, found = LIES[name]
    document = json.loads(good())
    forge(document)
    report = check(tmp_path, document)
    assert pair in pairs(report), report["disagreed"][:5]
    assert next(one["found"] for one in report["disagreed"] if (one["from"], one["to"]) == pair) == found


def test_a_packet_that_shows_nothing_is_disagreed_with(tmp_path: Path) -> None:
    planted, source, target = HOLES["a policy rule that is too wide"]
    document = made(planted(configs()))
    (shown,) = told(document)["findings"][source][target]
    shown["packet"]["target"] = "10.2.0.10"
    report = check(tmp_path, document)
    assert pairs(report) == {(source, target)}
    assert report["disagreed"][0]["says"] == report["disagreed"][0]["found"] == "open"


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
    _rules(document, "fw-1")[0]["dscp"] = 46


def _two_routes(document: Document) -> None:
    routes = told(document)["devices"]["core-1"]["routes"]
    routes.append({"to": routes[0]["to"][:1], "by": []})


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
    "a newer format": lambda document: document.update(version=3),
    "an older format": lambda document: document.update(version=1),
    "it covers something else": lambda document: document.update(covers=["everything"]),
    "devices are a list": lambda document: told(document).update(devices=[]),
    "an action of no meaning": lambda document: _rules(document, "fw-1")[0].update(action="maybe"),
    "no classes": lambda document: told(document).pop("classes"),
    "an address of no meaning": lambda document: _lines(document, "units-public")[0]["to"].update(devices="10.0.0"),
    "an address of the other family": _other_family,
    "what is owed is unknown": lambda document: told(document)["policy"][0].update(owed=["arival"]),
    "a range from high to low": lambda document: told(document)["classes"]["address"].append("9.9.9.9-9.9.9.8"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_certificate_is_refused_with_one_reason(name: str, tmp_path: Path) -> None:
    document = json.loads(good())
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
        lambda found: found.replace(b'"version":2', b'"version":NaN', 1),
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


def test_texts_are_compared_with_their_hashes(tmp_path: Path) -> None:
    document, folder = json.loads(good()), tmp_path / "texts"
    folder.mkdir()
    for name in document["hashes"]:
        (folder / f"{name}.conf").write_text(f"hostname {name}\n")
        document["hashes"][name] = sha256(f"hostname {name}\n".encode()).hexdigest()
    file = tmp_path / "certificate.json"
    file.write_bytes(text(sealed(document)))
    assert recheck.checked(str(file), str(folder))["texts"] == []
    (folder / "core-1.conf").write_text("hostname core-2\n")
    (folder / "fw-1.conf").unlink()
    report = recheck.checked(str(file), str(folder))
    assert (report["texts"], report["compared"], report["disagreed"]) == (
        ["core-1", "fw-1"],
        len(document["hashes"]),
        [],
    )


def test_a_certificate_with_other_texts_ends_with_exit_code_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "certificate.json"
    file.write_text(good(), "utf-8")
    monkeypatch.setattr(sys, "argv", ["recheck.py", str(file), "--configs", str(tmp_path)])
    assert recheck.main() == 1
    assert "core-1: its text is not the one that was proven" in capsys.readouterr().out
