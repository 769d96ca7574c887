"""Samples that were saved come back whole, by a real InfluxDB, which still writes when `influxd restore` has ended."""

import importlib.util
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import random
from types import ModuleType
from urllib.parse import urlencode

import pytest

import playbooks
from tests.twin.influx_server import InfluxServer

FILE = Path(playbooks.__file__).parent / "applications/ansible/roles/app_countynet_scale/files/series.py"
WEEK = 7 * 86400
WEEKS, POINTS = 6, 8000
COUNTS = ("SELECT count(seen) FROM qinglan..kept", "SELECT count(seen) FROM qinglan.averages.kept")


@pytest.fixture
def series() -> ModuleType:
    spec = importlib.util.spec_from_file_location("series", FILE)
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[InfluxServer]:
    folder = tmp_path / "series"
    folder.mkdir()
    found = InfluxServer(folder)
    found.start()
    try:
        yield found
    finally:
        found.close()


def asked(server: InfluxServer, statement: str) -> bytes:
    status, said = server.ask("POST", "/query?" + urlencode({"q": statement}))
    assert status == 200, said
    return said


def filled(server: InfluxServer) -> None:
    """Write points of many weeks, each a shard, into both policies."""
    asked(server, 'CREATE DATABASE "qinglan" WITH DURATION INF REPLICATION 1 SHARD DURATION 7d NAME "samples"')
    asked(server, 'CREATE RETENTION POLICY "averages" ON "qinglan" DURATION INF REPLICATION 1 SHARD DURATION 7d')
    for policy in ("samples", "averages"):
        times = (week * WEEK + 10 * n for week in range(2800, 2800 + WEEKS) for n in range(POINTS))
        lines = "\n".join(f"kept seen={random()} {at}" for at in times)  # no two alike, so no file is small
        status, said = server.ask("POST", f"/write?db=qinglan&rp={policy}&precision=s", lines.encode())
        assert status == 204, said


def test_what_was_saved_is_there_when_the_restore_has_ended(
    series: ModuleType, server: InfluxServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(server)
    wanted = [asked(server, one) for one in COUNTS]
    assert all(str(WEEKS * POINTS).encode() in one for one in wanted)
    dump, config = tmp_path / "dump", tmp_path / "influxdb.conf"
    subprocess.run(
        ["influxd", "backup", "-portable", "-host", server.keeper, str(dump)], check=True, capture_output=True
    )
    server.stop()
    config.write_text((tmp_path / "series/influxdb.conf").read_text())
    monkeypatch.setattr(series.subprocess.Popen, "terminate", subprocess.Popen.kill)  # nothing is finished meanwhile
    monkeypatch.setattr(series, "SERVER", server.asked_at)
    monkeypatch.setattr(series, "KEEPER", server.keeper)
    for _time in range(3):
        series.load("root", str(config), str(tmp_path / "series"), str(dump))
        server.start()
        assert [asked(server, one) for one in COUNTS] == wanted
        server.stop()
        config.write_text((tmp_path / "series/influxdb.conf").read_text())
        monkeypatch.setattr(series, "KEEPER", server.keeper)


def test_what_never_comes_is_told_by_name(series: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(series, "PATIENCE", 0.2)
    for shard, name in (("samples/4", "000000001-000000001.tsm"), ("averages/5", "000000001-000000001.tsm.tmp")):
        folder = tmp_path / "qinglan" / shard
        folder.mkdir(parents=True)
        (folder / name).write_bytes(b"ab")
    wanted = Counter({("qinglan", "samples"): 1})
    series.settle(wanted, tmp_path)
    wanted["qinglan", "averages"] += 1
    with pytest.raises(OSError, match="has not taken 1 of 2 shards of samples, qinglan/averages first"):
        series.settle(wanted, tmp_path)
