"""How monitoring itself does: a page for who watches, metrics for who shows the token or asks from this machine."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from countynet.db import open_database
from dashboard.services.fake_health import FakeHealth
from dashboard.services.protocols import Services
from dashboard.services.real.health import RealHealth
from monitoring.rules import load
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK

Enter = Callable[[str], Browser]


@pytest.mark.parametrize("login", ["center", "operator", "auditor"])
def test_who_watches_sees_who_is_slow_what_was_dropped_and_who_is_unknown(signed_in: Enter, login: str) -> None:
    browser = signed_in(login)
    page = browser.get("/monitoring").text
    assert all(
        word in page for word in ("cpe-031", "agg-1", "192.0.2.66", "1.0 GiB", "端口断开", "未经认证", "随本版本提供")
    )
    browser.post("/language", language="en")
    english = browser.get("/monitoring").text
    assert all(word in english for word in ("Slowest devices", "not authenticated", "syslog-udp is not received"))
    assert "cpe-031" in browser.get("/monitoring/live").text


@pytest.mark.parametrize("login", [CLERK, "admin"])
def test_nobody_else_sees_it(signed_in: Enter, login: str) -> None:
    assert signed_in(login).get("/monitoring").status_code == 403
    assert signed_in(login).get("/monitoring/live").status_code == 403


def test_nothing_that_never_ran_breaks_the_page(signed_in: Enter, services: Services) -> None:
    health = services.health
    assert isinstance(health, FakeHealth)
    health.view = replace(health.view, own=replace(health.view.own, poller=None, receiver=None, event=None), probes=[])
    assert "从未运行" in signed_in("center").get("/monitoring").text


def metrics(app: Flask, address: str = "127.0.0.1", **headers: str) -> int:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().get("/metrics", headers=given, environ_base={"REMOTE_ADDR": address}).status_code


def test_without_a_token_only_this_machine_reads_the_metrics_and_no_proxy_on_it(app: Flask) -> None:
    assert metrics(app) == metrics(app, "::1") == 200
    assert metrics(app, "192.0.2.9") == metrics(app, "") == 403
    assert metrics(app, X_Forwarded_For="192.0.2.9") == 403


def test_with_a_token_whoever_shows_it_reads_them(app: Flask, services: Services) -> None:
    assert isinstance(services.health, FakeHealth)
    services.health.secret = "s3cret"
    assert metrics(app) == metrics(app, Authorization="Bearer wrong") == metrics(app, Authorization="s3cret") == 403
    assert metrics(app, "192.0.2.9", Authorization="Bearer s3cret") == 200
    services.health.readable = False
    assert metrics(app, "192.0.2.9", Authorization="Bearer s3cret") == 403


def test_the_real_service_tells_of_a_county_that_was_never_watched(tmp_path: Path, services: Services) -> None:
    settings = sample.settings(tmp_path)
    engine = open_database(settings)
    (tmp_path / "token").write_text("abc\n")
    real = RealHealth(settings.model_copy(update={"metrics_token_file": tmp_path / "token"}), engine, services.county)
    found = real.look()
    assert (found.own.poller, found.traps, found.wrong) == (None, [], "")
    assert len(found.rules) > 20
    assert b"countynet_devices" in real.metrics()
    assert real.token() == "abc"
    (settings.county / load.COUNTY).parent.mkdir(parents=True, exist_ok=True)
    (settings.county / load.COUNTY).write_text("rules: [{name: cpu, above: hot}]")
    assert "rules.yml:1" in real.look().wrong
    engine.dispose()
