"""The authentication platform (A5) on a host of its own: ceremony, requests, seals, sign-on, revocation, restore."""

import hashlib
import io
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from playwright.sync_api import Browser, Page, sync_playwright
from rfc3161_client import TimestampRequestBuilder, VerifierBuilder, decode_timestamp_response

from tests.applications.bench import Bench, lone_host
from tests.unit.applications.certificates.test_seals import letter
from tests.unit.applications.certificates.world import CODE

UNIT = "清岚县财政局"
PASSWORD = "a password of one's own"
PEOPLE = [
    {"login": "zhang", "name": "张三", "unit": UNIT, "role": "person"},
    {"login": "li", "name": "李四", "unit": UNIT, "role": "officer"},
    {"login": "zhao", "name": "赵六", "unit": UNIT, "role": "admin"},
    {"login": "qian", "name": "钱七", "unit": UNIT, "role": "auditor"},
]
CLIENT = {
    "id": "dashboard",
    "title": "网络运行平台",
    "title_en": "Network operations",
    "start": "https://dashboard.qinglan.internal/",
    "redirects": ["https://dashboard.qinglan.internal/sign-in/back"],
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    settings = {"people": PEOPLE, "clients": [CLIENT]}
    with lone_host("certificates", tmp_path_factory.mktemp("certificates"), {"settings": settings}) as bench:
        result = bench.deploy()
        assert not bench.why(result)
        yield bench


def secret(bench: Bench, name: str) -> str:
    from playbooks.applications.secrets import read

    return read(bench.settings, "certificates")[name]


def test_a_second_deploy_changes_nothing_and_keys_are_their_accounts_alone(bench: Bench) -> None:
    before = len(bench.said)
    result = bench.deploy()
    changed = [heard.task for heard in bench.said[before:] if heard.outcome == "changed"]
    assert (bench.why(result), changed) == ("", [])
    web = "runuser -u cn-certificates -- "
    assert "Permission denied" in bench.exec(web + "ls /var/lib/countynet/certificates/keys")
    assert "Permission denied" in bench.exec(web + "cat /etc/countynet/certificates/passphrase")
    keys = bench.exec("cat /var/lib/countynet/certificates/keys/*.key.pem /root/countynet-certificates-root/root.key.pem")
    assert keys.count("BEGIN ENCRYPTED PRIVATE KEY") == 4
    assert "BEGIN PRIVATE KEY" not in keys
    assert "No such file" in bench.exec("cat /root/countynet-certificates-root/passphrase")


def test_units_reach_it_and_nobody_else(bench: Bench) -> None:
    assert bench.get("/health")[0] == 200
    for port in (80, 443, 8443):
        assert bench.reaches(bench.unit, port)
        assert not bench.reaches(bench.stranger, port)
    assert not bench.reaches(bench.unit, 22)
