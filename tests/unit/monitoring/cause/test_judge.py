"""Whose trouble it is: every rule of the table once, told in one sentence, and what is missing when none decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.i18n import set_language, translate
from countynet.vocabulary import Access, DeviceRole, FaultDomain
from monitoring.cause.evidence import Evidence, Kind, Level, PortSeen
from monitoring.cause.judge import judge
from monitoring.cause.rules import RULES
from monitoring.cause.store import sentence
from monitoring.cause.verdict import Said, Verdict, read

AT = datetime(2026, 11, 26, 6, 3, 5, tzinfo=UTC)
DARK = PortSeen("sw-admin", "p01", False, at=AT, since=AT)
LIT = PortSeen("sw-admin", "p01", True, at=AT)
SHUT = replace(DARK, shut=True)
FIBER = Evidence(Kind.LINE, AT, access=Access.FIBER)
FIBER_DARK = replace(FIBER, ends=(DARK,), looked=True)
FIBER_LIT = replace(FIBER, ends=(LIT,), looked=True)
ADSL = Evidence(Kind.LINE, AT, access=Access.ADSL)
PLACE = Evidence(Kind.PLACE, AT, access=Access.ADSL, count=3)
AT_SWITCH = replace(PLACE, access=Access.FIBER, ends=(DARK, replace(DARK, port="p02")), looked=True)
CORE = Evidence(Kind.DEVICE, AT, role=DeviceRole.CORE)
CORE_DARK = replace(CORE, ends=(DARK,), looked=True)
CORE_LIT = replace(CORE, ends=(LIT, DARK), looked=True)
BUILDING = replace(CORE_DARK, role=DeviceRole.BUILDING)
HUB = Evidence(Kind.OPERATOR, AT, access=Access.ADSL, count=96)
HUB_PORT = PortSeen("vpn-hub", "wan0", True, at=AT)
CABLE = Evidence(Kind.CABLE, AT, ends=(DARK, LIT), looked=True)
QUALITY = Evidence(Kind.QUALITY, AT, access=Access.ADSL, loss=0.12)
UNIT = Evidence(Kind.UNIT, AT, access=Access.FIBER, lan=(PortSeen("cpe-001", "lan0", True, at=AT),))


def back(known: Evidence, restarted: bool) -> Evidence:
    return replace(known, returned=True, restarted=restarted)


D = FaultDomain
CASES = [
    ("blind", D.CENTER, Evidence(Kind.BLIND, AT)),
    ("line-shut", D.CENTER, replace(FIBER, ends=(SHUT,), looked=True)),
    ("line-shut", D.CENTER, replace(AT_SWITCH, ends=(SHUT, SHUT))),
    ("power-said", D.UNIT_POWER, replace(FIBER_DARK, gasp=AT)),
    ("power-said", D.UNIT_POWER, replace(ADSL, battery=AT)),
    ("power-said", D.UNIT_POWER, replace(PLACE, battery=AT)),
    ("power-restart", D.UNIT_POWER, back(FIBER_DARK, True)),
    ("power-restart", D.UNIT_POWER, back(ADSL, True)),
    ("power-restart", D.UNIT_POWER, back(PLACE, True)),
    ("power-restart", D.UNIT_POWER, back(replace(FIBER_DARK, others_fell=9), True)),
    ("card", D.CENTER, replace(FIBER_DARK, others_fell=7)),
    ("place-ports-back", D.CENTER, back(AT_SWITCH, False)),
    ("line-back-lit", D.UNCLEAR, back(FIBER_LIT, False)),
    ("line-back", D.OPERATOR, back(FIBER_DARK, False)),
    ("line-back", D.OPERATOR, back(FIBER, False)),
    ("line-back", D.OPERATOR, back(ADSL, False)),
    ("line-back", D.OPERATOR, back(PLACE, False)),
    ("line-worn", D.OPERATOR, replace(FIBER_DARK, light=Level(-27.5))),
    ("line-worn", D.OPERATOR, replace(FIBER_DARK, light=Level(-24.1, -21.0))),
    ("line-worn", D.OPERATOR, replace(ADSL, margin=Level(5.5))),
    ("line-worn", D.OPERATOR, replace(ADSL, margin=Level(8.0, 12.5))),
    ("place-ports", D.UNCLEAR, AT_SWITCH),
    ("place-down", D.UNCLEAR, PLACE),
    ("line-dark", D.UNCLEAR, FIBER_DARK),
    ("line-dark", D.UNCLEAR, replace(FIBER_DARK, light=Level(-21.2, -21.0))),
    ("line-dark", D.UNCLEAR, replace(FIBER_DARK, others_fell=1)),
    ("line-lit", D.UNCLEAR, FIBER_LIT),
    ("line-down", D.UNCLEAR, FIBER),
    ("line-down", D.UNCLEAR, replace(FIBER_DARK, looked=False)),
    ("line-down", D.UNCLEAR, ADSL),
    ("line-down", D.UNCLEAR, replace(ADSL, margin=Level(12.0, 12.5))),
    ("line-down", D.UNCLEAR, replace(ADSL, returned=True)),
    ("device-passes", D.CENTER, replace(CORE_DARK, passes=True)),
    ("device-shut", D.CENTER, replace(CORE, ends=(SHUT, SHUT), looked=True)),
    ("building-power-said", D.UNIT_POWER, replace(BUILDING, battery=AT)),
    ("building-restart", D.UNIT_POWER, back(BUILDING, True)),
    ("device-restart", D.CENTER, back(CORE_DARK, True)),
    ("device-back-lit", D.CENTER, back(CORE_LIT, False)),
    ("device-back", D.CENTER, back(BUILDING, False)),
    ("building-dark", D.UNCLEAR, BUILDING),
    ("device-dark", D.CENTER, CORE_DARK),
    ("device-lit", D.CENTER, CORE_LIT),
    ("device-down", D.CENTER, CORE),
    ("hub-shut", D.CENTER, replace(HUB, ends=(replace(HUB_PORT, up=False, shut=True),), looked=True)),
    ("hub-dark", D.OPERATOR, replace(HUB, ends=(replace(HUB_PORT, up=False),), looked=True)),
    ("operator-net", D.OPERATOR, replace(HUB, ends=(HUB_PORT,), looked=True)),
    ("operator-down", D.OPERATOR, HUB),
    ("cable-shut", D.CENTER, replace(CABLE, ends=(SHUT, DARK))),
    ("cable", D.CENTER, CABLE),
    ("agent", D.CENTER, Evidence(Kind.AGENT, AT)),
    ("full", D.UNIT_LAN, replace(QUALITY, full=0.97)),
    ("quality-worn", D.OPERATOR, replace(QUALITY, margin=Level(4.0))),
    ("quality-line", D.OPERATOR, replace(QUALITY, clean_before=True)),
    ("quality-device", D.CENTER, replace(QUALITY, access=None)),
    ("quality", D.UNCLEAR, QUALITY),
    ("no-lan", D.UNIT_LAN, replace(UNIT, lan=(PortSeen("cpe-001", "lan0", False, at=AT),))),
    ("bad-lan", D.UNIT_LAN, replace(UNIT, lan=(PortSeen("cpe-001", "lan0", True, at=AT, errors=12.0),))),
    ("unit-full", D.UNIT_LAN, replace(UNIT, full=0.95)),
    ("unit-well", D.APPLICATION, UNIT),
    ("unit-unknown", D.UNCLEAR, replace(UNIT, lan=())),
]


@pytest.mark.parametrize(("rule", "domain", "known"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)])
def test_the_evidence_gives_the_verdict(rule: str, domain: FaultDomain, known: Evidence) -> None:
    found = judge(known)
    assert (found.rule, found.domain) == (rule, domain)
    assert (domain is FaultDomain.UNCLEAR) <= bool(found.missing), "what is unclear says what is missing"
    assert read(found.document()) == found


def test_every_rule_of_the_table_has_a_case() -> None:
    assert {case[0] for case in CASES} == {rule.name for rule in RULES}
    assert len({rule.name for rule in RULES}) == len(RULES)


def spoken(verdict: Verdict, language: str) -> str:
    said = Said(
        "Line {line} of {unit_en} ({unit}) is down", {"line": "line-001", "unit": "县委办", "unit_en": "Office"}
    )
    message, values = sentence(said, verdict)
    set_language(language)
    try:
        return translate(message, **values)
    finally:
        set_language("en")


def test_one_sentence_says_what_why_and_on_what_evidence() -> None:
    known = replace(FIBER_DARK, light=Level(-21.4, -21.0), light_now=-38.0, others_up=13)
    assert spoken(judge(known), "en") == (
        "Line line-001 of Office (县委办) is down: the operator's fiber, or the unit's power (port p01 of sw-admin "
        "lost carrier, seen at 14:03:05; light now: -38.0 dBm; light before: -21.4 dBm, usually -21.0 dBm; other lines "
        "beside it that work: 13)"
    )
    assert spoken(judge(known), "zh_CN") == (
        "县委办的线路 line-001 中断：运营商光纤，或单位停电（sw-admin 的端口 p01 于 14:03:05 发现失去信号；"
        "现收光 -38.0 dBm；此前收光 -21.4 dBm，平时 -21.0 dBm；同处仍正常的其他线路：13 条）"
    )
    over = back(replace(known, light_now=None), False)
    assert spoken(judge(over), "en").startswith(
        "Line line-001 of Office (县委办) is down: the operator's line: the router ran all the while (it came back "
        "without a restart; port p01 of sw-admin lost carrier, seen at 14:03:05; light before: -21.4 dBm"
    )


def test_without_evidence_the_sentence_has_no_empty_brackets() -> None:
    assert spoken(judge(ADSL), "en").endswith("is down: the operator's line, or the unit's power")


def test_what_is_unclear_says_what_would_decide() -> None:
    assert [said.text() for said in judge(FIBER_DARK).missing] == [
        "whether it restarts: known when it is back",
        "whether the building has power: no device there can tell",
    ]


MAYBE = st.one_of(st.none(), st.builds(Level, st.floats(-40, 40), st.one_of(st.none(), st.floats(-40, 40))))
PORT = st.builds(PortSeen, st.just("d"), st.sampled_from("ab"), st.booleans(), st.booleans(), st.just(AT), st.none())
ANY = st.builds(
    Evidence,
    kind=st.sampled_from(Kind), began=st.just(AT), access=st.one_of(st.none(), st.sampled_from(Access)),
    role=st.one_of(st.none(), st.sampled_from(DeviceRole)), returned=st.booleans(),
    restarted=st.one_of(st.none(), st.booleans()), passes=st.booleans(), ends=st.lists(PORT, max_size=3).map(tuple),
    looked=st.booleans(), others_fell=st.integers(0, 9), gasp=st.one_of(st.none(), st.just(AT)),
    battery=st.one_of(st.none(), st.just(AT)), light=MAYBE, margin=MAYBE, lan=st.lists(PORT, max_size=2).map(tuple),
    full=st.one_of(st.none(), st.floats(0, 2)), clean_before=st.booleans(),
)  # fmt: skip


@settings(max_examples=60)
@given(ANY)
def test_whatever_is_known_there_is_one_verdict_and_it_is_never_against_a_router_that_ran(known: Evidence) -> None:
    found = judge(known)
    assert all(text for text in (spoken(found, "en"), spoken(found, "zh_CN")))
    if known.kind is Kind.LINE and known.returned and known.restarted is False and not known.gasp and not known.battery:
        assert found.domain is not FaultDomain.UNIT_POWER
    if known.kind is Kind.LINE and not known.returned and not any((known.gasp, known.battery)):
        assert found.domain is not FaultDomain.UNIT_POWER, "nobody said that power failed"


@settings(max_examples=20)
@given(st.integers(1, 90), st.floats(-38, 0))
def test_a_later_look_only_adds(minutes: int, light: float) -> None:
    later = replace(FIBER_DARK, began=AT - timedelta(minutes=minutes), light_now=light)
    assert judge(later).rule == judge(FIBER_DARK).rule
