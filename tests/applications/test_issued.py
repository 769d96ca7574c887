"""Certificates of other applications from the county's own authority: issued, renewed, revoked, and when it is away.

The wiki stands there first, as one that was deployed before the authority; both are on one host, as a county may do.
"""

import json
import socket
import ssl
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from playbooks.applications import health
from tests.applications.bench import ABSENT, ACTOR, DOMAIN, HOST, Bench, lone_host
from tests.applications.lifecycle import changed_again

UNIT = "清岚县财政局"
PEOPLE = [
    {"login": "li", "name": "李四", "unit": UNIT, "role": "officer"},
    {"login": "zhao", "name": "赵六", "unit": UNIT, "role": "admin"},
    {"login": "qian", "name": "钱七", "unit": UNIT, "role": "auditor"},
]
AUTHORITY = "certificates"
PYTHON = "cd /opt/countynet/certificates/code && /opt/countynet/certificates/venv/bin/python"
SOCKET = "/opt/countynet/certificates/run/keeper/keeper.sock"
PROFILES = "/opt/countynet/certificates/code/applications/certificates/authority/profiles.py"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    also = {AUTHORITY: {"settings": {"people": PEOPLE}}}
    with lone_host("wiki", tmp_path_factory.mktemp("issued"), also=also) as bench:
        yield bench


def shown(bench: Bench, name: str) -> x509.Certificate:
    """Return the certificate that an application shows to somebody who trusts the county's root alone."""
    context = ssl.create_default_context(cafile=bench.settings.county / "certificates" / "root.pem")
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    with (
        socket.create_connection((bench.address, 443), 5, (bench.unit, 0)) as plain,
        context.wrap_socket(plain, server_hostname=f"{name}.{DOMAIN}") as link,
    ):
        der = link.getpeercert(binary_form=True)
    assert der
    return x509.load_der_x509_certificate(der)


def plain(bench: Bench, path: str, body: bytes | None = None) -> bytes:
    named = {"Host": f"{AUTHORITY}.{DOMAIN}", "Content-Type": "application/ocsp-request"}
    with urlopen(Request(f"http://{bench.address}{path}", body, named), timeout=60) as answer:
        content: bytes = answer.read()
    return content


def standing(bench: Bench, own: x509.Certificate) -> ocsp.OCSPCertStatus:
    issuing = x509.load_der_x509_certificate(plain(bench, "/issuing.cer"))
    asked = ocsp.OCSPRequestBuilder().add_certificate(own, issuing, hashes.SHA1()).build()
    answer = plain(bench, "/ocsp", asked.public_bytes(serialization.Encoding.DER))
    return ocsp.load_der_ocsp_response(answer).certificate_status


def ask(bench: Bench, operation: str, **given: object) -> dict[str, object]:
    """Ask the keeper as root on its host."""
    program = (
        "import json, pathlib, sys; from applications.certificates.keeper.client import Client;"
        f"print(json.dumps(Client(pathlib.Path('{SOCKET}')).ask('{operation}', **json.loads(sys.argv[1]))))"
    )
    found: dict[str, object] = json.loads(bench.exec(f"{PYTHON} -c \"{program}\" '{json.dumps(given)}'"))
    return found


def last_line(bench: Bench) -> tuple[object, object, object]:
    lines = ask(bench, "journal", after=0, limit=500)["lines"]
    assert isinstance(lines, list)
    return lines[-1]["actor"], lines[-1]["action"], json.loads(lines[-1]["details"]).get("name")


def said(bench: Bench, since: int) -> str:
    return "\n".join(heard.words for heard in bench.said[since:] if heard.outcome == "ok")


def test_what_is_deployed_before_the_authority_keeps_its_own_certificate(bench: Bench) -> None:
    assert bench.why(bench.deploy()) == ""
    assert "the county's authority is not deployed yet" in said(bench, 0)
    assert changed_again(bench) == ("", [])
    assert bench.get("/doku.php?id=start")[0] == 200


def test_the_authority_has_a_certificate_of_its_own_and_the_station_knows_its_root(bench: Bench) -> None:
    assert bench.why(bench.deploy(name=AUTHORITY)) == ""
    own = shown(bench, AUTHORITY)
    assert standing(bench, own) is ocsp.OCSPCertStatus.GOOD
    assert last_line(bench)[:2] == (ACTOR, "certificate.enrolled")
    before = len(bench.said)
    assert bench.why(bench.deploy(name=AUTHORITY)) == ""
    assert [heard.task for heard in bench.said[before:] if heard.outcome == "changed"] == []


def test_its_next_deploy_brings_the_countys_which_who_trusts_the_root_accepts(bench: Bench) -> None:
    key = bench.exec("sha256sum /etc/countynet/wiki/key.pem")
    with pytest.raises(ssl.SSLCertVerificationError):
        shown(bench, "wiki")
    before = len(bench.said)
    assert bench.why(bench.deploy(look=True)) == ""
    assert "issues a certificate in the place of the present one" in said(bench, before)
    assert bench.exec("sha256sum /etc/countynet/wiki/key.pem") == key
    assert bench.why(bench.deploy()) == ""
    own = shown(bench, "wiki")
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == [bench.address]
    assert standing(bench, own) is ocsp.OCSPCertStatus.GOOD
    assert last_line(bench) == (ACTOR, "certificate.enrolled", "wiki.qinglan.internal")
    assert bench.exec("stat -c '%a %U' /etc/countynet/wiki/key.pem /etc/countynet/wiki/certificate.pem").split() == [
        "600", "root", "644", "root",
    ]  # fmt: skip
    assert changed_again(bench) == ("", [])


def test_the_health_check_trusts_the_root_and_says_who_does_not_hang_on_it(bench: Bench) -> None:
    root = bench.settings.county / "certificates" / "root.pem"
    health_ = bench.found.kind.health
    seen = health.ask(HOST, bench.address, bench.dns, health_, root=root)
    assert (seen.well, seen.words, seen.vouched) == (True, "", True)
    assert not health.ask(HOST, bench.address, bench.dns, health_).vouched
    other = health.ask(HOST, bench.address, f"certificates.{DOMAIN}", None, root=root)
    assert other.vouched


def test_it_is_renewed_with_a_new_key_before_its_end_and_not_earlier(bench: Bench) -> None:
    restart = "supervisorctl restart certificates-keeper; sleep 2"
    bench.exec(f"sed -i 's/Profile(397,/Profile(59,/' {PROFILES}; rm /etc/countynet/wiki/certificate.pem; {restart}")
    assert bench.why(bench.deploy()) == ""
    short, key = shown(bench, "wiki"), bench.exec("sha256sum /etc/countynet/wiki/key.pem")
    assert (short.not_valid_after_utc - short.not_valid_before_utc).days == 59
    bench.exec(f"sed -i 's/Profile(59,/Profile(397,/' {PROFILES}; {restart}")
    before = len(bench.said)
    assert bench.why(bench.deploy()) == ""
    assert "ends within 60 days: it is renewed, with a new key" in said(bench, before)
    assert (shown(bench, "wiki").not_valid_after_utc - short.not_valid_after_utc).days == 397 - 59
    assert bench.exec("sha256sum /etc/countynet/wiki/key.pem") != key
    assert changed_again(bench) == ("", [])


def test_after_an_officer_revoked_it_the_next_deploy_has_another(bench: Bench) -> None:
    old = shown(bench, "wiki")
    ask(bench, "revoke", serial=f"{old.serial_number:X}", reason="key_compromise", actor="li")
    assert bench.why(bench.deploy()) == ""
    new = shown(bench, "wiki")
    assert new.public_key() != old.public_key()
    assert (standing(bench, old), standing(bench, new)) == (ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.GOOD)


def test_an_authority_that_does_not_answer_is_told_and_the_certificate_stays(bench: Bench) -> None:
    serial = shown(bench, "wiki").serial_number
    bench.exec("supervisorctl stop certificates-keeper")
    before = len(bench.said)
    assert changed_again(bench) == ("", [])
    assert "the county's authority does not answer: the present certificate stays" in said(bench, before)
    bench.exec("supervisorctl start certificates-keeper; sleep 2")
    county, gone = bench.county, {a.id: a for a in bench.county.applications}
    host = next(h.name for h in county.hosts if str(h.address.ip) == ABSENT[0])
    away = gone[AUTHORITY].model_copy(update={"hosts": (host,)})
    others = tuple(away if a.id == AUTHORITY else a for a in county.applications)
    bench.county = county.model_copy(update={"applications": others})
    before = len(bench.said)
    why, changed = changed_again(bench)
    bench.county = county
    assert why == ""
    assert set(changed) <= {"Filter what reaches the host", "Take over the filter"}, "the authority left this host"
    assert "平台没有应答：保留现有证书" in said(bench, before)
    assert shown(bench, "wiki").serial_number == serial
    assert bench.why(bench.deploy(name=AUTHORITY)) == ""  # its host lets people in again


def test_another_root_is_refused_until_somebody_compared_it(bench: Bench) -> None:
    root = bench.settings.county / "certificates" / "root.pem"
    kept = root.read_bytes()
    root.write_bytes(plain(bench, "/issuing.cer"))
    assert "compare its SHA-256 with the protocol" in bench.why(bench.deploy(name=AUTHORITY))
    root.unlink()
    assert bench.why(bench.deploy(name=AUTHORITY)) == ""
    assert root.read_bytes() == kept


def test_taken_away_its_certificate_is_revoked_and_deployed_again_it_has_another(bench: Bench) -> None:
    old = shown(bench, "wiki")
    assert bench.why(bench.remove()) == ""
    assert standing(bench, old) is ocsp.OCSPCertStatus.REVOKED
    assert last_line(bench) == (ACTOR, "certificate.revoked", "wiki.qinglan.internal")
    assert "No such file" in bench.exec("ls /etc/countynet/wiki")
    assert bench.why(bench.deploy()) == ""
    assert standing(bench, shown(bench, "wiki")) is ocsp.OCSPCertStatus.GOOD
