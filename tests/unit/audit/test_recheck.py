"""The recheck agrees with honest certificates, of planted holes too, and compares the texts that they name."""

import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from audit import recheck
from inventory.deviceconfig import FilterRule
from inventory.intent.adapt import adapted
from inventory.subset import subset
from tests.unit.audit.certificates import Document, check, configs, good, honest, made, pairs, told
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.planted import HARMLESS, HOLES, change, each, rules, without
from topology.reach.certificate import sealed, text


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
    places = len(told(honest())["places"])
    pairs_of = 2 * (places * (places - 1) + 1)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{pairs_of}/{pairs_of} verdicts hold 个结论成立")


@pytest.mark.parametrize("name", HOLES)
def test_a_certificate_that_hides_a_planted_hole_is_disagreed_with_there_and_nowhere_else(
    name: str, tmp_path: Path
) -> None:
    planted, source, target = HOLES[name]
    document = made(planted(configs()))
    both = [(family, a, b) for family in document["families"] for a, b in ((source, target), (target, source))]
    ends = [(family, a, b) for family, a, b in both if told(document, family)["verdicts"][a][b] == "open"]
    assert ends
    for family, a, b in ends:
        told(document, family)["verdicts"][a][b] = "isolated"
        del told(document, family)["findings"][a][b]
    report = check(tmp_path, document)
    assert {(one["family"], one["from"], one["to"]) for one in report["disagreed"]} == {*ends}
    shared = any({source, target} <= {*domain["places"]} for domain in told(document)["domains"])
    assert all(one["found"] == "open" and (one["packet"] or shared) for one in report["disagreed"])


@pytest.mark.parametrize("name", ["a server published past the policy", "two zones in one broadcast domain"])
def test_a_certificate_of_a_planted_hole_is_agreed_with(name: str, tmp_path: Path) -> None:
    document = made(HOLES[name][0](configs()))
    assert told(document)["findings"]
    assert check(tmp_path, document)["disagreed"] == []


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
    assert one["packet"].startswith("answer 10.1.0.")


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


def test_texts_are_compared_with_their_hashes(tmp_path: Path) -> None:
    document, folder = honest(), tmp_path / "texts"
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
