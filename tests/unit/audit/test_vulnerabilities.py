"""Known vulnerabilities: versions as makers count them, the list with all errors at once, and what devices have."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from audit.checks import BY_ID, run
from audit.facts import DeviceFacts, Facts, LiveFacts, SshAnswer
from audit.model import Result
from audit.vulnerabilities import store, versions
from audit.vulnerabilities.model import Listed, Product, Vulnerability, read
from audit.vulnerabilities.software import running
from countynet.db import open_database, reading
from countynet.errors import BadInput
from countynet.events import Event
from countynet.settings import Settings
from countynet.vocabulary import Severity, Verdict
from tests.unit.audit.facts_of import AT, COUNTY

SHIPPED = store.current(Settings(county=Path("nowhere"), language="en"))[0]
ABOUT = "about:\n  - {dated: 2026-11-01, source: us}\n"
ONE = "{cve: CVE-2024-1, product: frr, severity: major, title: t, title_zh: 题, source: s, fixed: 8.4.1}"


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("8.4", "8.4.4"), ("8.4.4", "8.5"), ("9.2p1", "9.8p1"), ("9.8p1", "10.0p1"), ("9.9p1", "9.9p2"),
        ("17.9.4", "17.9.4a"), ("17.9.4a", "17.9.5"), ("15.2(4)E7", "15.2(4)E10"), ("15.2(2)E", "15.2(4)E"),
        ("V200R005C00SPC500", "V200R008C00SPC500"), ("V200R005C00SPC500", "V200R005C10SPC300"),
        ("V200R019C00", "V200R019C00SPC500"), ("7.1.070, Release 6616", "7.1.070, Release 6616P01"),
        ("7.1.070, Release 6616P01", "7.1.070, Release 6617"), ("10.3(4b11)", "10.3(4b12)"),
        ("11.0(5)B9P59", "11.0(5)B9P60"), ("2+deb12u2", "2+deb12u10"), ("8.4-dev", "8.4.1"),
    ],
)  # fmt: skip
def test_versions_are_ordered_as_their_makers_count_them(low: str, high: str) -> None:
    assert versions.below(low, high)
    assert not versions.below(high, low)
    assert versions.at_least(high, low)


@pytest.mark.parametrize(
    ("one", "other"), [("15.2(2)E", "15.2(4)M"), ("V200R005SPH010", "V200R005C00SPC500"), ("", "1")]
)
def test_what_cannot_be_compared_is_in_no_range(one: str, other: str) -> None:
    assert not versions.below(one, other)
    assert not versions.below(other, one)
    assert not versions.at_least(one, other)


def test_the_list_that_comes_along_is_right_and_names_a_source_for_each() -> None:
    assert len(SHIPPED.vulnerabilities) >= 10
    assert all(v.source and v.title_zh for v in SHIPPED.vulnerabilities)
    assert {v.product for v in SHIPPED.vulnerabilities} == set(Product) - {Product.H3C_COMWARE}


def test_everything_wrong_with_a_list_is_told_at_once_with_its_line() -> None:
    bad = [
        ONE.replace("CVE-2024-1", "BUG-7"),
        ONE.replace("fixed: 8.4.1", "fixed: new"),
        ONE.replace("fixed: 8.4.1", "from: 8.5, fixed: 8.4.1"),
        ONE.replace("fixed: 8.4.1", "fixed: 8.4.1, through: 8.4"),
        ONE.replace(", fixed: 8.4.1", ""),
        ONE.replace("product: frr", "product: windows"),
        ONE.replace("CVE-2024-1", "CVE-2024-10001"),
        ONE.replace("CVE-2024-1", "CVE-2024-10001"),
    ]
    text = "vulnerabilities:\n" + "".join(f"  - {line}\n" for line in bad)
    with pytest.raises(BadInput) as wrong:
        read("list.yml", text.replace("CVE-2024-1,", "CVE-2024-1000,").encode())
    problems = wrong.value.problems
    lines = {problem.line for problem in problems}
    assert lines >= {2, 3, 4, 5, 6, 7, 9}
    assert any("about" in problem.where for problem in problems)
    assert all(problem.file == "list.yml" for problem in problems)
    for text in ("", "vulnerabilities: 7\n", ABOUT, "vulnerabilities:\n  - {", ABOUT + "vulnerabilities: []\n"):
        with pytest.raises(BadInput):
            read("list.yml", text.encode())


def told(
    platform: str, text: str, banner: str = "", model: str = "", listed: Listed = SHIPPED, days: int = 3
) -> Result:
    """Return what is found of one device that says this of itself, with the list so many days old."""
    device = COUNTY.device_by_name["core-1"].model_copy(update={"platform": platform, "model": model or "X"})
    at = AT.replace(year=listed.about.dated.year, month=listed.about.dated.month, day=listed.about.dated.day)
    live = LiveFacts(AT, ssh={"core-1": SshAnswer(banner)}) if banner else None
    held = {"core-1": DeviceFacts(device, text=text)}
    facts = Facts(county=COUNTY, at=at + timedelta(days=days), devices=held, live=live, listed=listed)
    return run(BY_ID["vulnerabilities"], facts)


def of(result: Result, verdict: Verdict) -> set[str]:
    return {point.values.get("cve", point.subject) for point in result.of(verdict)} - {"list"}


VRP = "!Software Version {}\n#\nsysname a\n"


@pytest.mark.parametrize(
    ("platform", "text", "banner", "model", "found"),
    [
        ("huawei_vrp", VRP.format("V200R005C00SPC500"), "", "S5700-52C-EI", {"CVE-2021-22359"}),
        ("huawei_vrp", VRP.format("V200R007C00SPC500"), "", "S12708", {"CVE-2016-4087"}),
        ("cisco_ios", "version 17.9.3\nhostname a\n", "", "", {"CVE-2023-20198", "CVE-2023-20273"}),
        ("ruijie", "version RGOS 10.3(4b12)\nhostname a\n", "", "RG-NBR700GW", {"CVE-2024-28288"}),
        ("linux", "frr version 8.3.1\nhostname a\n", "", "", {"CVE-2022-40302", "CVE-2022-37032", "CVE-2023-31490"}),
        ("linux", "", "SSH-2.0-OpenSSH_9.6p1", "", {"CVE-2024-6387", "CVE-2026-35414", "CVE-2026-35387"}),
        ("linux", "", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u2", "", {"CVE-2024-6387", "CVE-2026-35414",
                                                                     "CVE-2026-35387"}),
    ],
)  # fmt: skip
def test_a_device_that_says_a_vulnerable_version_fails_by_name(
    platform: str, text: str, banner: str, model: str, found: set[str]
) -> None:
    assert of(told(platform, text, banner, model), Verdict.FAIL) == found


@pytest.mark.parametrize(
    ("platform", "text", "banner", "model"),
    [
        ("huawei_vrp", VRP.format("V200R005C00SPC500"), "", "S2700-26TP"),
        ("huawei_vrp", VRP.format("V200R019C10SPC500"), "", "S5731-S48T4X"),
        ("cisco_ios", "version 17.9.4a\n", "", ""),
        ("cisco_ios", "version 15.2(4)E7\n", "", ""),
        ("ruijie", "version 11.0(5)B9P59\n", "", "RG-S2910"),
        ("linux", "frr version 8.4.4\n", "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10", ""),
        ("linux", "", "SSH-2.0-OpenSSH_10.3p1", ""),
    ],
)
def test_a_device_that_says_a_mended_version_passes(platform: str, text: str, banner: str, model: str) -> None:
    assert told(platform, text, banner, model).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("platform", "text", "banner"),
    [
        ("cisco_ios", "version 15.2\nhostname a\n", ""),
        ("h3c_comware", "#\n version 7.1.070, Release 6616P01\n#\n", ""),
        ("linux", "hostname a\n", ""),
        ("linux", "hostname a\n", "SSH-2.0-dropbear_2022.83"),
        ("linux", "", "SSH-2.0-OpenSSH_9.2p1 Ubuntu-1ubuntu3"),
    ],
)
def test_a_device_that_does_not_say_enough_is_unknown(platform: str, text: str, banner: str) -> None:
    assert told(platform, text, banner).verdict is Verdict.UNKNOWN


def test_comware_and_rgos_say_their_version_with_its_release() -> None:
    device = COUNTY.device_by_name["core-1"]
    said = [
        running(DeviceFacts(device.model_copy(update={"platform": platform}), text=text), None)[0].version
        for platform, text in (
            ("h3c_comware", "#\n version 7.1.070, Release 6616P01\n"),
            ("ruijie", "version RGOS 10.4(3)\n"),
            ("linux", "frr version 8.4.4\nfrr defaults traditional\n"),
        )
    ]
    assert said == ["7.1.070, Release 6616P01", "10.4(3)", "8.4.4"]


def test_a_list_that_is_too_old_or_cannot_be_read_fails_by_itself() -> None:
    mended = "SSH-2.0-OpenSSH_10.3p1"
    assert told("linux", "", mended, days=90).verdict is Verdict.PASS
    assert [p.subject for p in told("linux", "", mended, days=91).of(Verdict.FAIL)] == ["list"]
    facts = Facts(county=COUNTY, at=AT, devices={})
    assert run(BY_ID["vulnerabilities"], facts).verdict is Verdict.UNKNOWN
    assert run(BY_ID["vulnerabilities"], replace(facts, listed_error="line 3")).verdict is Verdict.FAIL


def test_a_countys_own_list_takes_the_place_of_the_one_that_comes_along_and_is_an_event(tmp_path: Path) -> None:
    found = Settings(county=tmp_path, language="en")
    engine, file = open_database(found), tmp_path / "new.yml"
    file.write_text(f"{ABOUT}vulnerabilities:\n  - {ONE.replace('2024-1,', '2024-1000,')}\n")
    assert store.bring(found, engine, "test", file).vulnerabilities[0].cve == "CVE-2024-1000"
    listed, own = store.current(found)
    assert (own, listed.vulnerabilities[0].severity) == (True, Severity.MAJOR)
    file.write_text(file.read_text().replace("2026-11-01", "2999-01-01"))
    for broken in (file, tmp_path / "gone.yml"):
        with pytest.raises(BadInput):
            store.bring(found, engine, "test", broken)
    assert store.current(found)[0] == listed, "the old one stays"
    with reading(engine) as session:
        (event,) = session.scalars(select(Event).where(Event.tag == "audit.vulnerabilities-imported"))
    assert '"count":1' in event.body
    (found.state / store.FILE).write_text("about: 7\n")
    with pytest.raises(BadInput):
        store.current(found)
    engine.dispose()


def test_a_range_is_closed_below_and_open_above_or_closed_on_both_sides() -> None:
    one = Vulnerability.model_validate(
        {"cve": "CVE-2024-1000", "product": "frr", "severity": "major", "title": "t", "title_zh": "t", "source": "s",
         "from": "8.4", "fixed": "8.4.4"}
    )  # fmt: skip
    assert [one.holds(v) for v in ("8.3.9", "8.4", "8.4.3", "8.4.4")] == [False, True, True, False]
    through = one.model_copy(update={"fixed": None, "through": "8.4.4"})
    assert [through.holds(v) for v in ("8.4", "8.4.4", "8.4.5")] == [True, True, False]
