"""A certificate states what the proof stood on: equal bytes of equal input, no secret, classes that part everything."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import pytest

from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import create, load_county
from inventory.deviceconfig import DeviceConfig
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.model import County
from inventory.subset import only_units
from tests.unit.topology.reach.planted import CORES, FIREWALLS, each, first, rules, without
from topology.reach import boxes, classes
from topology.reach.certificate import ANSWER, ARRIVAL, Subject, certificate, sealed, text
from topology.reach.certified import certified, keep_certificate, last_certificate
from topology.reach.judge import Prover
from topology.reach.kept import keep
from topology.reach.owing import asked
from topology.reach.service import Of, ground
from topology.reach.space import Set, Space
from topology.reach.verdict import prove

AT = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
UNITS = ("u001", "u002", "u030")
Configs = dict[str, DeviceConfig]


@pytest.fixture(scope="module")
def few(county: County) -> County:
    return only_units(county, UNITS)


@pytest.fixture(scope="module")
def told(few: County) -> Configs:
    return intent(few, placeholders())


def _about(configs: Configs, **more: object) -> Subject:
    return Subject(**{"of": "intended", "at": AT, "hashes": dict.fromkeys(configs, "0" * 64), **more})  # type: ignore[arg-type]


def _made(county: County, configs: Configs, **more: object) -> dict[str, Any]:
    return certificate(county, configs, {}, _about(configs, **more))


def test_equal_input_gives_equal_bytes_but_for_the_time(few: County, told: Configs) -> None:
    once = _made(few, told)
    turned = few.model_copy(update={"cables": few.cables[::-1], "devices": few.devices[::-1]})
    again = _made(turned, dict(reversed(told.items())))
    later = _made(few, told, at=AT + timedelta(days=1))
    assert text(once) == text(again)
    assert {key for key in once if once[key] != later[key]} == {"at", "seal"}
    assert json.loads(text(once)) == once


def test_the_seal_is_of_everything_else(few: County, told: Configs) -> None:
    made = _made(few, told)
    assert sealed(made) == made
    assert sealed({**made, "county": "another"})["seal"] != made["seal"]


@pytest.mark.parametrize("edit", [
    lambda found: found, each(CORES, "forward", first(not_sources=(IPv4Network("10.21.1.0/24"),))),
    each(FIREWALLS, "forward", first(state="established", protocol="tcp", in_interfaces=("c*", "inet?"))),
], ids=["as intended", "a rule for all but some", "a rule with patterns of interfaces"])  # fmt: skip
def test_what_is_allowed_is_stated_whole(few: County, told: Configs, edit: Callable[[Configs], Configs]) -> None:
    """What the lines of the certificate allow between two places is what the proof took for allowed, and for owed."""
    configs = edit(told)
    made, judge = _made(few, configs)["families"]["ipv4"], Prover(few, configs, {}).judge()
    for source in judge.places:
        for target in (place for place in judge.places if place != source):
            allowed = judge.allowed.between(source, target)
            owed = judge.owed_between(source, target, allowed)
            answered = asked(judge.space, judge.owing.answered(source, target))
            said = [_stated(judge.space, made, source, target, duty) for duty in ("", ARRIVAL, ANSWER)]
            assert said == [allowed, owed & allowed, answered & allowed], (source, target)


def _stated(space: Space, made: dict[str, Any], source: str, target: str, duty: str) -> Set:
    found = space.nothing
    for line in made["policy"]:
        if source in line["from"] and target in line["to"] and duty in (*line["owed"], ""):
            found = found | (
                _addresses(space, line["from"][source], "s")
                & _addresses(space, line["to"][target], "d")
                & _services(space, line["service"])
            )
    return found


def _addresses(space: Space, words: str, side: str) -> Set:
    return space.runs(side, [_run(word) for word in words.split()])


def _run(word: str) -> tuple[int, int]:
    if "/" in word:
        network = IPv4Network(word)
        return int(network[0]), int(network[-1])
    low, high = word.split("-")
    return int(IPv4Address(low)), int(IPv4Address(high))


def _services(space: Space, words: str) -> Set:
    found = space.nothing
    for box in words.split():
        protocol, port, source, flag = ([int(n) for n in part.split("-")] for part in box.split(":"))
        one = space.runs("p", [tuple(protocol)]) & space.runs("q", [tuple(port)]) & space.runs("r", [tuple(source)])  # type: ignore[list-item]
        if flag == [1, 2]:
            one = one & {1: space.echo, 6: space.ack}[protocol[0]]
        found = found | one
    return found


def test_a_set_that_is_no_product_is_taken_apart_without_loss() -> None:
    space = Space()
    web, mail = (space.protocol("tcp") & space.to_ports((port,)) for port in (443, 25))
    one, other = (IPv4Network(n) for n in ("10.0.0.0/30", "10.0.0.6/32"))
    packets = (space.sources([one]) & space.targets([other]) & web) | (space.sources([other]) & (mail | web))
    again = space.nothing
    for part in boxes.products(space, packets):
        again = again | (
            space.runs("d", part.targets) & space.runs("s", part.sources) & _services(space, boxes.boxed(part.services))
        )
    assert again == packets
    assert boxes.products(space, space.nothing) == ()


@pytest.mark.parametrize(("found", "words"), [
    ([(0, 2**32 - 1)], "0.0.0.0/0"), ([(0, 0)], "0.0.0.0/32"), ([(1, 2)], "0.0.0.1-0.0.0.2"),
    ([(256, 511), (2**32 - 1, 2**32 - 1)], "0.0.1.0/24 255.255.255.255/32"), ([], ""),
])  # fmt: skip
def test_intervals_are_written_as_networks_where_they_are(found: list[tuple[int, int]], words: str) -> None:
    assert boxes.written(found) == words


def test_intervals_are_taken_out_of_others() -> None:
    assert boxes.without([(0, 9), (20, 29)], [(3, 4), (9, 22), (29, 40)]) == ((0, 2), (5, 8), (23, 28))
    assert boxes.without([(5, 6)], [(0, 9)]) == ()


def test_classes_part_everything_and_keep_what_is_named_apart() -> None:
    named = [((10, 19),), ((15, 30), (40, 40)), ((0, 2**32 - 1),)]
    found = classes.of_addresses(named)
    flat = sorted(run for one in found for run in one)
    assert flat[0][0] == 0
    assert flat[-1][1] == 2**32 - 1
    assert all(a[1] + 1 == b[0] for a, b in zip(flat, flat[1:], strict=False))
    for one in named:
        inside = [any(a <= low and high <= b for a, b in one) for part in found for low, high in part[:1]]
        whole = [all(any(a <= low and high <= b for a, b in one) for low, high in part) for part in found]
        assert inside == whole


def test_no_secret_is_in_a_certificate_and_texts_have_the_hash_it_names(tmp_path: Path) -> None:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    create.create_folder(settings)
    create.create_secrets(settings, load_county(settings.county))
    few = only_units(load_county(settings.county), UNITS)
    stand = ground(few, settings, Of.INTENDED)
    made = certified(settings, stand, Of.INTENDED)
    keys = {t.key.get_secret_value() for config in stand.configs.values() for t in config.tunnels}
    keys |= {u.auth_key.get_secret_value() for c in stand.configs.values() if c.snmp for u in c.snmp.users}
    assert keys
    assert not [key for key in keys if key.encode() in made.content]
    assert not [key for key in keys if any(key in words for words in made.texts.values())]
    assert {*json.loads(made.content)["hashes"]} == {*made.texts} == {*stand.configs}


def test_the_kept_certificate_is_of_the_last_proof_or_there_is_none(tmp_path: Path, few: County, told: Configs) -> None:
    settings = Settings.load(tmp_path / "county")
    assert last_certificate(settings, Of.RUNNING) is None
    proof = prove(few, told)
    first_kept = keep(settings, Of.RUNNING, proof)
    keep_certificate(settings, Of.RUNNING, first_kept.at, b"one")
    found = last_certificate(settings, Of.RUNNING)
    assert found
    assert found.read_bytes() == b"one"
    keep(settings, Of.RUNNING, proof)
    assert last_certificate(settings, Of.RUNNING) is None, (
        "the certificate of an older proof was taken for the last one's"
    )


def test_an_exception_that_is_over_allows_nothing_in_the_certificate(few: County, told: Configs) -> None:
    over = few.policy[0].model_copy(update={"expires_on": date(2026, 1, 1), "exception": True})
    county = few.model_copy(update={"policy": (over, *few.policy[1:])})
    lines = [
        {line["line"] for line in _made(county, told, today=day)["families"]["ipv4"]["policy"]}
        for day in (date(2025, 1, 1), date(2026, 6, 1))
    ]
    assert [over.id in found for found in lines] == [True, False]


def test_a_rule_of_the_statement_is_one_of_the_configuration(few: County, told: Configs) -> None:
    made = _made(few, each(["cpe-001"], "forward", without("unit-to-unit"))(told))
    before = _made(few, told)
    names = [
        [rule["name"] for rule in one["families"]["ipv4"]["devices"]["cpe-001"]["filters"]["forward"]["rules"]]
        for one in (before, made)
    ]
    assert [name for name in names[0] if name not in names[1]] == ["unit-to-unit"]


def test_what_is_open_by_ipv6_is_certified_by_itself(few: County, told: Configs) -> None:
    """An address that answers to everybody on its segment by IPv6: the verdicts on IPv4 are as they were."""
    ping = first(name="ping", protocol="icmpv6", icmp_echo_only=True, in_interfaces=("lan0",))
    cpe = few.cpe_by_unit[few.units[0].id].name
    made, before = _made(few, rules(told, cpe, "input", ping))["families"], _made(few, told)["families"]
    unit = f"unit:{few.units[0].id}"
    (shown,) = made["ipv6"]["findings"][unit]["devices"]
    assert (shown["verdict"], shown["packet"]["protocol"], shown["packet"]["flag"]) == ("open", 58, 1)
    assert made["ipv6"]["verdicts"][unit]["devices"] == "open"
    assert made["ipv4"]["verdicts"] == before["ipv4"]["verdicts"]
