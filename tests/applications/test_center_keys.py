"""Whose keys the authority's are: a host that the center alone opens, a vault of its own, and a root that is elsewhere.

The steps of docs/ceremony.md are played literally. Two stations deploy from one county folder: that of the company that
runs the network, with the county's vault and its password, and the center's, which has the password of a vault more.
"""

import json
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import yaml

from audit import gather
from audit.servers.checks import CHECKS
from audit.servers.machine import Machine
from countynet import apart
from countynet.errors import BadInput
from countynet.i18n import set_language, translate_error
from countynet.secrets import FOLDER, Secrets
from countynet.settings import CENTER_PASSWORD_FILE, COUNTY, Settings
from countynet.vocabulary import Verdict
from inventory import create, load_county
from inventory.intent import server_keys
from playbooks.applications.carry import ACTIONS
from playbooks.servers.run import RunResult
from tests.applications.bench import HOST, SECOND, Bench, lone_host
from tests.applications.test_certificates import PEOPLE
from tests.unit.audit.servers.made import points

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="a server host needs root")
KEYS = "/var/lib/countynet/certificates/keys"
CODE = "cd /opt/countynet/certificates/code && ../venv/bin/python"
GUARDED = ("keys-passphrase", "root-passphrase", "first-password", "web-secret", "backup-password")
MEDIA = "the two halves of it"
OTHER = "lending"
"""an application on another host, which the company deploys"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("center")
    changed = {"reach": ["units", f"app:{OTHER}"], "settings": {"people": PEOPLE, "root": "offline"}}
    also = {OTHER: {"reach": ["units", "app:certificates"], "people": {}}}
    with lone_host("certificates", folder, changed, count=2, also=also) as bench:
        file = bench.settings.county / "bench.yml"
        told = yaml.safe_load(file.read_text(encoding="utf-8"))
        for one in told["applications"]:
            one["hosts"] = [SECOND if one["id"] == OTHER else HOST]
        file.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
        bench.county = load_county(bench.settings.county)
        yield bench


@pytest.fixture(scope="module")
def company(bench: Bench) -> Settings:
    return bench.settings


@pytest.fixture(scope="module")
def center(company: Settings, bench: Bench) -> Settings:
    """The center's vault is made and committed, and its key is the only one that its host knows."""
    settings = company.model_copy(update={"center_password_file": bench.folder / "medium" / "password"})
    said = json.loads(command(settings, "app", "keep-apart", "--json"))
    assert said["hosts"] == [HOST]
    bench.exec(f"echo '{said['public_key']}' > /root/.ssh/authorized_keys")
    create.create_repository(settings)
    return settings


def command(settings: Settings, *words: str, good: bool = True) -> str:
    """Run `countynet` as on a station's shell; return what it said."""
    own = {CENTER_PASSWORD_FILE: str(settings.center_password_file)} if settings.center_password_file else {}
    env = {**os.environ, **own, COUNTY: str(settings.county), "COUNTYNET_LANG": "en"}
    done = subprocess.run([sys.executable, "-m", "countynet.cli", *words], env=env, capture_output=True, text=True)
    assert (done.returncode == 0) is good, done.stdout + done.stderr
    return done.stdout + ("" if good else done.stderr)


def carried(bench: Bench, settings: Settings, action: str, name: str = "") -> RunResult:
    bench.settings = settings
    return bench.run(action, name=name)


def ceremony(*words: object, prompts: tuple[str, ...]) -> str:
    """Hold a step of the ceremony at a terminal, typing the passphrase at each prompt; return its last line."""
    terminal, theirs = pty.openpty()
    step = [sys.executable, "-m", "applications.certificates.ceremony", *map(str, words)]
    held = subprocess.Popen(step, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    said = ""
    for prompt in prompts:
        while not said.endswith(prompt):
            said += os.read(terminal, 1024).decode()
        os.write(terminal, f"{MEDIA}\n".encode())
    with suppress(OSError):  # the terminal goes with the process
        while part := os.read(terminal, 1024):
            said += part.decode()
    os.close(terminal)
    assert (held.wait(), MEDIA in said) == (0, False), said
    return said.split()[-1]


@pytest.fixture(scope="module", autouse=True)
def processes() -> Iterator[set[bytes]]:
    """The arguments of every process that there was meanwhile, and the environment of those of the station."""
    seen, ended, station = set[bytes](), threading.Event(), os.readlink("/proc/self/ns/net")

    def note() -> None:
        while not ended.wait(0.1):
            for place in Path("/proc").glob("[0-9]*"):
                with suppress(OSError):  # it went meanwhile
                    seen.add((place / "cmdline").read_bytes())
                    if os.readlink(place / "ns" / "net") == station:
                        seen.add((place / "environ").read_bytes())

    noting = threading.Thread(target=note)
    noting.start()
    try:
        yield seen
    finally:
        ended.set()
        noting.join()


def test_the_company_opens_neither_the_host_nor_the_vault(bench: Bench, company: Settings, center: Settings) -> None:
    set_language("en")
    for action in ACTIONS:
        with pytest.raises(BadInput) as refused:
            carried(bench, company, action)
        assert "closed on this machine" in translate_error(refused.value)
    assert "closed on this machine" in command(company, "app", "deploy", "certificates", "--yes", good=False)
    assert "center's own machine" in command(company, "app", "list")
    key = bench.folder / "servers-key"
    key.write_text(server_keys.present(Secrets.load(company).get).get_secret_value().rstrip() + "\n")
    key.chmod(0o600)
    options = ("BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null")
    asked = ["ssh", "-i", str(key), *(f"-o{option}" for option in options), f"root@{bench.address}", "id"]
    said = subprocess.run(asked, capture_output=True, text=True)
    assert (said.returncode, "Permission denied" in said.stderr) == (255, True)
    vault = company.county / FOLDER / apart.FILE
    with pytest.raises(BadInput):
        Secrets.read(vault, company.state / "vault-password")
    assert not [name for name in Secrets.load(company).names() if name.startswith("applications/certificates/")]


def test_a_deploy_waits_for_a_root_that_signs_elsewhere_and_goes_on(
    bench: Bench, center: Settings, tmp_path: Path
) -> None:
    stopped = carried(bench, center, "deploy")  # 1
    assert not stopped.good
    assert "docs/ceremony.md" in bench.why(stopped)
    (tmp_path / "issuing.csr.pem").write_text(bench.exec(f"cat {KEYS}/issuing.csr.pem"))  # 2
    place, twice = tmp_path / "ROOT", ("passphrase: ", "once more: ")
    root = ceremony("root", place, "--county", "清岚县", prompts=twice)  # 3
    files = (tmp_path / "issuing.csr.pem", tmp_path / "issuing.pem")
    signed = ceremony("sign", place, *files, prompts=twice[:1])  # 4
    for file in (tmp_path / "issuing.pem", tmp_path / "ROOT" / "root.pem"):  # 5
        bench.exec(f"cat > /root/{file.name} <<'END'\n{file.read_text()}END")
    placed = bench.exec(f"{CODE} -m applications.certificates.ceremony install {KEYS} /root/issuing.pem /root/root.pem")
    assert placed.strip() == signed
    assert bench.why(carried(bench, center, "deploy")) == ""  # 6
    assert bench.get("/health")[0] == 200
    shown = bench.exec(f"openssl x509 -in {KEYS}/root.pem -noout -fingerprint -sha256").rpartition("=")[2].strip()
    assert shown.replace(":", "") == root.replace(":", "")
    assert "No such file" in bench.exec("ls /root/countynet-certificates-root")
    assert bench.exec("find / -xdev -name root.key.pem") == ""


def test_the_companys_applications_go_on_and_the_centers_renewal_brings_the_countys_certificate(
    bench: Bench, company: Settings, center: Settings
) -> None:
    def certificate() -> str:
        return bench.exec(f"cat /etc/countynet/{OTHER}/certificate.pem", SECOND)

    check = f"openssl verify -CAfile /etc/countynet/{OTHER}/root.pem -untrusted certificate.pem certificate.pem"
    assert bench.why(carried(bench, company, "deploy", OTHER)) == ""
    assert bench.why(carried(bench, company, "renew", OTHER)) == ""
    assert any("app-renew on the center's machine" in heard.words for heard in bench.said[bench.began :])
    before, kept = certificate(), (company.county / "certificates" / "root.pem").read_text()
    assert bench.exec(f"cat /etc/countynet/{OTHER}/root.pem", SECOND) == kept, "people are signed on, all the same"
    assert f"{bench.address} certificates." in bench.exec("cat /etc/hosts", SECOND)
    assert bench.why(carried(bench, center, "renew", OTHER)) == ""
    assert certificate() != before
    assert "certificate.pem: OK" in bench.exec(f"cd /etc/countynet/{OTHER} && {check}", SECOND)
    renewed = certificate()
    assert bench.why(carried(bench, company, "deploy", OTHER)) == ""
    assert certificate() == renewed


def test_the_auditors_look_says_whose_host_it_is_and_looks_at_it_with_the_centers_key(
    bench: Bench, company: Settings, center: Settings
) -> None:
    def looked(settings: Settings) -> tuple[Machine, set[Verdict]]:
        told = gather.gather(bench.county, settings, (), lambda _line: None, fresh_isolation=False, only=[HOST])
        machine = told.servers[HOST]
        return machine, {point.verdict for check in CHECKS for point in points(check, machine)}

    closed, judged = looked(company)
    assert (closed.reason, judged) == (gather.CENTERS, {Verdict.UNKNOWN})
    machine, judged = looked(center)
    assert (machine.reason, Verdict.PASS in judged) == ("", True)
    assert "PRIVATE KEY" not in machine.text


def kept_in_memory() -> Iterator[bytes]:
    """Yield the files in the folders of runs, those of others' runs too, which may end at any moment."""
    for file in Path("/dev/shm").glob("cn-run-*/**/*"):
        with suppress(OSError):
            yield file.read_bytes()


def test_nothing_of_the_centers_stands_in_what_was_said_or_is_kept(
    bench: Bench, company: Settings, center: Settings, processes: set[bytes]
) -> None:
    for action in ("backup", "drill"):
        command(center, "app", action, "certificates")  # by the runner, with its log and its event
    held = apart.values(center)
    values = {name: value for name, value in held.items() if name != apart.PUBLIC_KEY}
    assert {f"applications/certificates/{name}" for name in GUARDED} | {apart.PRIVATE_KEY} == set(values)
    assert center.center_password_file
    values |= {"password": center.center_password_file.read_text().strip(), "media": MEDIA}
    git = ["git", "-C", str(company.county), "cat-file", "--batch-all-objects", "--batch"]
    files = b"".join(file.read_bytes() for file in company.county.rglob("*") if file.is_file())
    logs = bench.exec(r"find /var/log -type f -exec cat {} + | tr -cd '\11\12\40-\176'", seconds=300)
    places = {
        "processes": b"\n".join(tuple(processes)),
        "folder": files + subprocess.run(git, capture_output=True, check=True).stdout,
        "said": "\n".join(f"{heard.task} {heard.words}" for heard in bench.said).encode(),
        "page": bench.get("/")[1].encode(),
        "logs": logs.encode(),
        "memory": b"".join(kept_in_memory()),  # what a run's folder there held is gone with it
    }
    known = {"processes": b"ansible-playbook", "folder": b"$ANSIBLE_VAULT", "logs": b"the keeper serves"}
    assert all(word in places[place] for place, word in known.items())
    found = [
        (name, place)
        for name, value in values.items()
        for line in value.splitlines()
        for place, text in places.items()
        if "OPENSSH" not in line and line.encode() in text
    ]
    assert not found
