"""Video meetings (A6): deployed, met in by Chromium venues, ruled by the chair, recorded, backed up and restored."""

import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.applications import meeting_people as people
from tests.applications import meeting_voices as voices
from tests.applications.bench import Bench, lone_host
from tests.applications.lifecycle import restore
from tests.applications.removal import taken_away

VENUES = ("u001", "u002", "u003")
DATA = "/var/lib/countynet/meeting"


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shots")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with lone_host("meeting", tmp_path_factory.mktemp("meeting")) as bench:
        result = bench.deploy()
        assert not bench.why(result)
        yield bench


@pytest.fixture(scope="module")
def chromium(bench: Bench) -> Iterator[Browser]:
    with people.browser(bench.browser_options) as found:
        yield found


@pytest.fixture(scope="module")
def desk(bench: Bench, chromium: Browser) -> Page:
    return people.organiser(chromium, bench.url, _setting(bench, "organiser_password"))


def _setting(bench: Bench, name: str) -> str:
    found = json.loads(bench.exec("cat /etc/countynet/meeting/meeting.json"))[name]
    assert isinstance(found, str)
    return found


def test_a_second_deploy_changes_nothing(bench: Bench) -> None:
    before = len(bench.said)
    result = bench.deploy()
    changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
    assert (bench.why(result), changed) == ("", [])


def test_units_reach_page_and_relay_and_nobody_else_or_anything_else(bench: Bench) -> None:
    status, text = bench.get("/")
    assert (status, "进入会议" in text) == (200, True)
    assert bench.reaches(bench.unit, 3478)
    assert not bench.reaches(bench.stranger)
    assert not bench.reaches(bench.stranger, 3478)
    for port in (7088, 8188, 8021, 22):
        assert not bench.reaches(bench.unit, port)


def test_venues_see_each_other_and_obey_the_chair(bench: Bench, chromium: Browser, desk: Page, shots: Path) -> None:
    people.book(desk, bench.url, "防汛会商", VENUES)
    number = desk.url.rsplit("/", 1)[1]
    codes = people.codes(desk)
    assert len(set(codes)) == len(VENUES) + 1
    people.look(desk, shots, "booked")
    people.take_chair(desk)
    first, second = (
        people.join(chromium, bench.url, number, code, width=w) for code, w in zip(codes[1:3], (320, 1400), strict=True)
    )
    for venue in (first, second):
        people.sit(venue)
    for seat in (desk, first, second):
        people.sees(seat, 3)
    people.look(first, shots, "phone")
    people.look(desk, shots, "desk")
    _muted_until_the_floor(desk, first, second, shots)
    voices.a_tampered_page_stays_silent(first, second)
    _recorded(bench, desk, shots)


def _muted_until_the_floor(desk: Page, first: Page, second: Page, shots: Path) -> None:
    voices.speaks(second, first, yes=False)
    first.click("#hand")
    desk.wait_for_selector("#hands:not([hidden])")
    people.look(desk, shots, "hand")
    desk.click("#hands button")
    voices.speaks(second, first, yes=True)
    first.wait_for_function("() => document.getElementById('said').innerText === '现在由您发言'")
    second.wait_for_selector(f"#stage .seat:has-text('{voices.label(first)}')")
    people.look(second, shots, "floor")
    desk.click("[data-act=mute-all]")
    voices.speaks(second, first, yes=False)
    desk.click("[data-value=grid]")
    second.wait_for_function("() => document.querySelectorAll('#stage .seat').length === 3")
    people.look(second, shots, "grid")


def _recorded(bench: Bench, desk: Page, shots: Path) -> None:
    desk.click("[data-act=discuss]")
    desk.click("#record")
    desk.wait_for_selector("#live:not([hidden])")
    desk.wait_for_timeout(8000)
    desk.click("#record")
    desk.wait_for_selector("#live[hidden]", state="attached")
    desk.click("#end")
    desk.wait_for_function("() => document.getElementById('said').innerText !== ''")
    desk.goto(f"{bench.url}/recordings")
    while "可播放" not in desk.inner_text("table"):
        assert "失败" not in desk.inner_text("table")
        desk.wait_for_timeout(500)
        desk.reload()
    people.look(desk, shots, "recordings")
    desk.click("table a")
    desk.wait_for_selector("figure")
    assert desk.eval_on_selector_all("figure", "all => all.length") == 3
    desk.click("#play")
    desk.wait_for_function(
        "() => [...document.querySelectorAll('video')].every(v => v.currentTime > 2 && v.videoWidth > 0)"
    )
    sounds = desk.evaluate("[...document.querySelectorAll('video')].map(v => v.webkitAudioDecodedByteCount > 0)")
    assert sounds == [True, True, True]
    people.look(desk, shots, "film")


def test_strangers_wait_venues_are_invited_and_removed_and_a_new_janus_is_met_again(
    bench: Bench, chromium: Browser, desk: Page, shots: Path
) -> None:
    people.book(desk, bench.url, "值班会商", VENUES[:1])
    number = desk.url.rsplit("/", 1)[1]
    people.take_chair(desk)
    phone = _a_stranger_waits(bench, chromium, desk, number, shots)
    second = _invited_meanwhile(bench, chromium, desk, number)
    for seat in (desk, phone, second):
        people.sees(seat, 3)
    people.fits_a_phone(phone)
    people.look(phone, shots, "phone-390")
    _chaired_on_a_phone(desk, shots)
    _removed(bench, chromium, desk, second, number)
    _janus_is_started_anew(bench, (desk, phone))
    desk.click("#end")
    phone.wait_for_function(people.SAYS, arg="您已不在此会议中。")


def _chaired_on_a_phone(desk: Page, shots: Path) -> None:
    size = desk.viewport_size
    assert size
    desk.set_viewport_size({"width": 390, "height": 844})
    people.fits_a_phone(desk)
    people.look(desk, shots, "chair-390")
    desk.set_viewport_size(size)


def _a_stranger_waits(bench: Bench, chromium: Browser, desk: Page, number: str, shots: Path) -> Page:
    """Somebody without a code, on a phone, learns nothing and cannot signal until the chair lets them in."""
    phone = people.join(chromium, bench.url, number, "", who="水利站老李", width=390)
    people.fits_a_phone(phone)
    phone.click("#enter")
    phone.wait_for_function(people.SAYS, arg="等待主席准入。")
    assert phone.evaluate(voices.SIGNALLING) is False
    assert people.ask(phone, "room.state") == {"state": "waiting"}
    assert "值班会商" not in phone.inner_text("body")
    people.look(phone, shots, "waiting")
    desk.wait_for_selector("#waiting:has-text('水利站老李'):has-text('未受邀')")
    people.look(desk, shots, "door")
    desk.click("#waiting [data-act=admit]")
    phone.wait_for_selector("#mine:not([hidden])")
    return phone


def _invited_meanwhile(bench: Bench, chromium: Browser, desk: Page, number: str) -> Page:
    """A further venue is invited while the meeting runs; the chair reads its code out on the telephone."""
    desk.click("summary:has-text('增邀会场')")
    desk.select_option("#others", VENUES[1])
    desk.click("#invite")
    desk.wait_for_function("() => document.getElementById('said').innerText.startsWith('已邀请')")
    desk.wait_for_selector(f"#others option[value={VENUES[1]}]", state="detached")
    desk.click("summary:has-text('应到未到')")
    desk.wait_for_function("() => document.querySelectorAll('#absent li').length >= 2")
    told = re.findall(r"口令 (\d{4}) (\d{4})", desk.inner_text("#absent"))
    second = people.join(chromium, bench.url, number, "".join(told[-1]))
    people.sit(second)
    return second


def _removed(bench: Bench, chromium: Browser, desk: Page, second: Page, number: str) -> None:
    """Who is removed is gone from every page, and waits at the door when they come again; refused, they are told so."""
    code = _code(bench, number, VENUES[1])
    desk.click(f"#here li:has-text('{voices.label(second)}') [data-act=remove]")
    second.wait_for_function(people.SAYS, arg="您已不在此会议中。")
    desk.wait_for_function("() => document.querySelectorAll('.seat').length === 2")
    again = people.join(chromium, bench.url, number, code)
    again.click("#enter")
    desk.click("#waiting [data-act=remove]")
    again.wait_for_function(people.SAYS, arg="您已不在此会议中。")


def _code(bench: Bench, number: str, venue: str) -> str:
    script = "import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute(sys.argv[2], sys.argv[3:]).fetchone())"
    query = "select code from invitation where meeting = ? and venue = ?"
    return bench.exec(f"python3 -c {_quoted(script)} {DATA}/meetings.sqlite {_quoted(query)} {number} {venue}").strip()


def _janus_is_started_anew(bench: Bench, seats: tuple[Page, ...]) -> None:
    """Pages say that the connection was lost, come back by themselves, and say so."""
    for seat in seats:
        seat.evaluate(people.LISTEN)
    bench.exec("pkill -x janus")
    for seat in seats:
        seat.wait_for_function(people.HEARD, arg=["连接中断，正在重试…", "连接已恢复。"])
        people.sees(seat, len(seats))


def test_nobody_gets_in_by_guessing_or_without_a_seat(bench: Bench, chromium: Browser) -> None:
    guest = people.page(chromium)
    guest.goto(bench.url)
    assert guest.evaluate(voices.SIGNALLING) is False
    guest.fill("[name=number]", "123456789")
    guest.fill("[name=code]", "00000000")
    guest.click("button.main")
    guest.wait_for_selector("text=会议号或口令不正确。")
    guest.goto(f"{bench.url}/recordings")
    assert "/sign-in" in guest.url
    done = bench.exec(
        f"turnutils_uclient -y -u 9999999999:x -w wrong -e {bench.address} -n 1 {bench.address} 2>&1 | tail -3; true"
    )
    assert "ERROR" in done or "Cannot" in done


def test_a_hall_that_is_taken_is_told_and_calendars_are_given(bench: Bench, desk: Page, shots: Path) -> None:
    people.book(desk, bench.url, "第一会", VENUES[:1], starts_in=timedelta(days=2))
    assert "/meetings/" in desk.url
    ics = desk.evaluate("async () => await (await fetch(location.pathname + '/meeting.ics')).text()")
    assert "SUMMARY:第一会" in ics
    people.book(desk, bench.url, "第二会", VENUES[1:], starts_in=timedelta(days=2, hours=1))
    desk.wait_for_selector("text=主会场不能同时召开两个会议")
    people.look(desk, shots, "conflict")


def test_a_backup_gives_everything_back(bench: Bench, desk: Page) -> None:
    seen = _facts(bench)
    assert "webm" in seen
    result = bench.backup()
    assert not bench.why(result)
    bench.exec(f"find {DATA} -mindepth 1 -delete")
    restore(bench)
    assert _facts(bench) == seen
    desk.goto(f"{bench.url}/recordings")
    assert "防汛会商" in desk.inner_text("table")


def test_taken_away_nobody_meets_and_what_was_recorded_stays(bench: Bench) -> None:
    kept = bench.exec(f"find {DATA} -type f | sort")
    taken_away(bench)
    assert bench.exec(f"find {DATA} -type f | sort") == kept
    assert "meetings.sqlite" in kept


def _facts(bench: Bench) -> str:
    """Return what has to be the same after a restore: every row of the database, every file with its digest."""
    script = (
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]);"
        " print(*sorted(line for line in db.iterdump() if 'INSERT' in line and '\"notice\"' not in line), sep='\\n')"
    )
    rows = bench.exec(f"python3 -c {_quoted(script)} {DATA}/meetings.sqlite")
    files = bench.exec(f"cd {DATA}/recordings && find . -type f -exec sha256sum {{}} + | sort")
    return rows + files


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


def test_look_at_screenshots(shots: Path) -> None:
    """Pictures are kept for people where KEEP_SHOTS names a folder; what they have to show is checked above."""
    import os

    if folder := os.environ.get("KEEP_SHOTS"):
        shutil.copytree(shots, folder, dirs_exist_ok=True)
    found = {path.stem for path in shots.glob("*.png")}
    wanted = "booked desk phone phone-390 chair-390 waiting door floor grid recordings film conflict"
    assert set(wanted.split()) - found == set()
