"""A deploy's certificates: asked for by who deploys, for a name and an address, renewed in time, revoked at the end."""

import datetime as dt
import json
import subprocess
from pathlib import Path

import pytest
from cryptography import x509

from applications.certificates import enrol
from applications.certificates.authority.names import host_names
from applications.certificates.keeper.client import Client
from applications.certificates.keeper.serve import answered
from applications.certificates.keeper.wire import line
from applications.certificates.keeper.work import OF_ROOT, OPERATIONS, Keeper
from applications.certificates.problems import Refused
from tests.unit.applications.certificates.world import COUNTY, Time, keeper, keys

NAME, ADDRESS = "wiki.qinglan.internal", "10.1.0.34"


@pytest.fixture
def time() -> Time:
    return Time(dt.datetime.now(dt.UTC))


@pytest.fixture
def held(tmp_path: Path, time: Time) -> Keeper:
    return keeper(keys(tmp_path, time.at), time)


class Direct(Client):
    """Asks a keeper of this process, in the words that go through its socket, as root."""

    def __init__(self, held: Keeper) -> None:
        super().__init__(Path("/nonexistent"))
        self.held = held

    def _once(self, text: bytes) -> bytes:
        return line(answered(self.held, text, (*OPERATIONS, *OF_ROOT)))


class Away(Direct):
    """A keeper that was stopped."""

    def _once(self, text: bytes) -> bytes:
        raise ConnectionRefusedError


@pytest.fixture
def asked(held: Keeper) -> Client:
    return Direct(held)


def csr(folder: Path, *options: str) -> str:
    """As the role makes one."""
    key = options or ("ec", "-pkeyopt", "ec_paramgen_curve:prime256v1")
    words = ["openssl", "req", "-new", "-newkey", *key, "-nodes", "-subj", "/", "-keyout", str(folder / "key.pem")]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def issued(asked: Client, folder: Path) -> str:
    return enrol.issue(asked, csr(folder), NAME, ADDRESS, COUNTY, "amy")


def judged(asked: Client, present: str, name: str = NAME, address: str = ADDRESS) -> str:
    return enrol.judge(asked, present, name, address).splitlines()[0]


def leaf(chain: str) -> x509.Certificate:
    return x509.load_pem_x509_certificates(chain.encode())[0]


def test_openssl_trusts_what_is_issued_for_name_and_address_and_the_journal_says_who_deployed(
    asked: Client, held: Keeper, tmp_path: Path
) -> None:
    chain = issued(asked, tmp_path)
    assert judged(asked, chain) == enrol.GOOD
    assert host_names(leaf(chain)) == {NAME, ADDRESS}
    (tmp_path / "chain.pem").write_text(chain)
    (tmp_path / "root.pem").write_text("\n".join(enrol.judge(asked, chain, NAME, ADDRESS).splitlines()[1:]))
    for names in (("-verify_hostname", NAME), ("-verify_ip", ADDRESS)):
        words = ["openssl", "verify", "-CAfile", str(tmp_path / "root.pem"), "-untrusted", str(tmp_path / "chain.pem")]
        subprocess.run([*words, *names, "-purpose", "sslserver", str(tmp_path / "chain.pem")], check=True)
    told = held.register.lines()[-1]
    assert (told.actor, told.action) == ("amy", "certificate.enrolled")
    assert json.loads(told.details) == {"address": ADDRESS, "name": NAME}


def test_another_is_wanted_when_it_ends_is_revoked_another_s_or_for_another_name(
    asked: Client, held: Keeper, time: Time, tmp_path: Path
) -> None:
    chain = issued(asked, tmp_path)
    assert judged(asked, "-") == enrol.ABSENT
    assert judged(asked, chain, name="other.qinglan.internal") == enrol.OTHER
    assert judged(asked, chain, address="10.1.0.35") == enrol.OTHER
    own = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-keyout", "/dev/null"]
    assert judged(asked, subprocess.run(own, capture_output=True, text=True, check=True).stdout) == enrol.FOREIGN
    ends = leaf(chain).not_valid_after_utc
    for left, wanted in ((61, enrol.GOOD), (59, enrol.ENDS)):
        time.at = ends - dt.timedelta(days=left)
        assert judged(asked, chain) == wanted
    held.revoke(f"{leaf(chain).serial_number:X}", "key_compromise", "li")
    assert judged(asked, chain) == enrol.REVOKED


def test_further_names_of_a_server_are_in_its_certificate_and_missed_where_they_are_not(
    asked: Client, tmp_path: Path
) -> None:
    further = f"{ADDRESS},audit.qinglan.gov.cn"
    assert judged(asked, issued(asked, tmp_path), address=further) == enrol.OTHER
    chain = enrol.issue(asked, csr(tmp_path), NAME, further, COUNTY, "amy")
    assert host_names(leaf(chain)) == {NAME, ADDRESS, "audit.qinglan.gov.cn"}
    assert judged(asked, chain, address=further) == enrol.GOOD


def test_what_is_taken_away_is_revoked_once_under_who_did_it(asked: Client, held: Keeper, tmp_path: Path) -> None:
    chain = issued(asked, tmp_path)
    assert enrol.withdraw(asked, chain, "bob") == "withdrawn"
    told = held.register.lines()[-1]
    assert (told.actor, told.action) == ("bob", "certificate.revoked")
    assert enrol.withdraw(asked, chain, "bob") == "none"
    assert enrol.withdraw(asked, "-", "bob") == "none"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"name": "维基"}, "DNS name"),
        ({"address": "10.1.0"}, "IP address"),
        ({"organisation": "x" * 65}, "1 to 64"),
        ({"actor": ""}, "1 to 64"),
        ({"csr": "-----BEGIN"}, "PKCS #10"),
    ],
)
def test_what_is_not_to_be_certified_is_refused_and_nothing_is_written(
    asked: Client, held: Keeper, tmp_path: Path, words: dict[str, str], said: str
) -> None:
    given = {"csr": csr(tmp_path), "name": NAME, "address": ADDRESS, "organisation": COUNTY, "actor": "amy"}
    with pytest.raises(Refused, match=said):
        enrol.issue(asked, **(given | words))
    assert held.register.of() == ()


def test_refusals_are_told_in_both_languages_and_a_keeper_that_is_away_is_not_a_refusal(
    held: Keeper, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["issue", str(tmp_path / "keeper.sock"), NAME, ADDRESS, COUNTY, "amy"]
    weak = csr(tmp_path, "rsa:1024")
    monkeypatch.setattr(enrol, "Client", lambda path: Away(held))
    assert enrol.main(words, weak) == 3
    monkeypatch.setattr(enrol, "Client", lambda path: Direct(held))
    assert enrol.main(words, weak) == 2
    said = capsys.readouterr().err
    assert "密钥" in said
    assert "RSA of 2048 bits" in said
    assert enrol.main(words[:2], "") == 2
    assert enrol.main(words, csr(tmp_path)) == 0
    assert capsys.readouterr().out.count("BEGIN CERTIFICATE") == 2
