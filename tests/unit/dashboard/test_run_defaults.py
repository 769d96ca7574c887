"""Defaults of a launch form in the web: shown with where they are from, following what was typed, never exchanged."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.services.protocols import Services
from playbooks.runner import book
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.forms import beside, fields, text
from tests.unit.dashboard.runs_sample import own_playbooks

Enter = Callable[[str], Browser]
WAY = "/playbooks/replace-device"
REST = {"serial": "SN-1", "reason": "broken"}


@pytest.fixture
def center(tmp_path: Path, signed_in: Enter) -> Browser:
    own_playbooks(tmp_path)
    browser = signed_in("center")
    browser.post("/language", language="en", back="/help")
    return browser


def shown(page: str) -> dict[str, str]:
    return fields(page, WAY)


def test_a_default_stands_in_its_field_with_where_it_is_from(center: Browser) -> None:
    page = center.get(WAY).text
    assert (shown(page)["device"], shown(page)["_was.device"]) == ("", "")
    assert "No default: follows “Unit”" in text(page)
    assert re.search(r'<(select|input) name="unit"[^>]* data-leads', page)
    page = center.get(f"{WAY}?unit=u007").text
    assert (shown(page)["device"], shown(page)["_was.device"]) == ("cpe-007", "cpe-007")
    assert "Default: the access device of u007" in text(page)
    assert not re.search(r'<input name="device"[^>]* required', page)  # the server fills it in


def test_what_follows_is_filled_in_without_a_script_and_what_was_typed_stays(center: Browser) -> None:
    page = center.post(WAY, unit="u007", _do="follow", **{"_was.device": "", "serial": "SN-1"}).text
    assert (shown(page)["device"], shown(page)["serial"]) == ("cpe-007", "SN-1")
    asked = center.post(WAY, unit="u009", device="cpe-007", **REST, **{"_was.device": "cpe-007"})
    assert asked.status_code == 409  # nobody touched the default, so it follows, and is looked at first
    assert beside(asked.text, "device") == "the default is cpe-009 now, it was cpe-007: look at it and press again"
    assert shown(asked.text)["device"] == "cpe-009"
    typed = center.post(WAY, unit="u009", device="core-1", _do="follow", **{"_was.device": "cpe-007"}).text
    assert shown(typed)["device"] == "core-1"


def test_what_is_wrong_elsewhere_does_not_say_that_a_looked_up_default_is_missing(center: Browser) -> None:
    sent = {**shown(center.get(f"{WAY}?unit=u007").text), "reason": "", "_do": "run"}
    sent.pop("csrf_token", None)
    answer = center.post(WAY, **sent)
    assert answer.status_code == 400
    assert "a value is missing" in beside(answer.text, "reason")
    assert not beside(answer.text, "device")
    assert shown(answer.text)["device"] == "cpe-007"


def test_a_run_says_which_values_nobody_gave(center: Browser, services: Services) -> None:
    page = center.get(f"{WAY}?unit=u007").text
    sent = {**shown(page), **REST, "_do": "run"}
    sent.pop("csrf_token", None)
    answer = center.post(WAY, **sent)
    assert answer.status_code == 303
    number = int(answer.headers["Location"].rpartition("/")[2])
    found = book.get(services.accounts.engine, number)
    assert set(found.defaulted) == {"device", "model"}
    page = center.get(f"/runs/{number}").text
    assert "cpe-007 Default: the access device of u007" in text(page)
    assert "device=cpe-007" not in page  # the form with these values looks it up again
