"""What is left of an application that was taken away: its data and backups, and nothing that runs, listens or lets in.

    taken_away(bench, "wiki")       # removes it, and asserts all of that
    wiped(bench)                    # with its data

The traces are looked for on its hosts by a script of the host's own Python (`traces.py`), so other applications of the
host may go on: what is theirs is none.
"""

import json
from pathlib import Path

from inventory.model import Application
from playbooks.applications.carry import carry
from playbooks.applications.kinds import readable
from playbooks.applications.model import Kind
from playbooks.servers.run import Heard
from tests.applications.bench import HOST, SAVER, Bench

TRACES = Path(__file__).with_name("traces.py")
CLIENTS = "/etc/countynet/certificates/clients.json"


def taken_away(bench: Bench, name: str = "") -> None:
    """Take an application away and look that nothing but its data and backups is left."""
    one = application(bench, name or bench.name)
    data = [folder for folder in folders(bench, one) if bench.exec(f"ls -A {folder} 2>/dev/null")]
    saved = exists(bench, f"/srv/countynet-backup/{one.id}/repository", SAVER)
    result = bench.run("remove", name=one.id)
    assert bench.why(result) == ""
    print(f"removal of {one.id}: {result.seconds:.1f} s")
    left = left_behind(bench, one.id)
    assert not left, left
    reached = shut(bench, one)
    assert not reached, reached
    assert said_to_stay(bench, saved)
    assert [folder for folder in data if not bench.exec(f"ls -A {folder}").strip()] == []
    assert not taken_over(bench, data)
    if saved:
        assert exists(bench, f"/srv/countynet-backup/{one.id}/repository/snapshots", SAVER), "backups are never removed"
        assert bench.exec(f"getent passwd cs-{one.id}", SAVER).strip().endswith(":/usr/sbin/nologin")
        assert not exists(bench, f"/srv/countynet-backup/{one.id}/.ssh/authorized_keys", SAVER)
    if exists(bench, CLIENTS):
        known = [client["id"] for client in json.loads(bench.exec(f"cat {CLIENTS}"))]
        assert client_of(bench, one) not in known


def wiped(bench: Bench) -> None:
    """Take the bench's application away with its data and look that its backups alone are left."""
    one = application(bench, bench.name)
    heard, given = list[Heard](), {"with-data": "yes"}
    saved = exists(bench, f"/srv/countynet-backup/{one.id}/repository", SAVER)
    result = carry(bench.settings, bench.county, one.id, "remove", heard.append, around=False, given=given)
    assert bench.why(result) == ""
    left = left_behind(bench)
    assert not left, left
    assert [folder for folder in folders(bench, one) if exists(bench, folder) and not folder.startswith("/root/")] == []
    assert bench.exec(f"getent passwd | grep '^cn-{one.id}'") == ""
    words = "\n".join(said.words for said in heard)
    assert "its data is deleted" in words
    assert "its backups stay there" in words
    assert exists(bench, f"/srv/countynet-backup/{one.id}/repository", SAVER) == saved


def application(bench: Bench, name: str) -> Application:
    """Return an application of the bench's county."""
    return next(a for a in bench.county.applications if a.id == name)


def client_of(bench: Bench, one: Application) -> str:
    """Return what the sign-on calls an application."""
    people = kind_of(bench, one).people
    return (people.client if people else None) or one.id


def kind_of(bench: Bench, one: Application) -> Kind:
    """Return what kind an application is of."""
    assert one.deployment
    return readable(bench.settings.county)[0][one.deployment.kind].kind


def folders(bench: Bench, one: Application) -> list[str]:
    """Return where an application's data lies, and what a restore put beside it."""
    kind = kind_of(bench, one)
    found = [folder.replace("<id>", one.id) for folder in kind.data] or [f"/var/lib/countynet/{one.id}"]
    found += [f"{folder}.before-restore" for folder in found]
    return found + ([f"/root/countynet-{one.id}-root"] if kind.kind == "certificates" else [])


def exists(bench: Bench, path: str, host: str = HOST) -> bool:
    """Whether a file is there."""
    return bench.exec(f"[ -e {path} ] && echo there", host).strip() == "there"


def left_behind(bench: Bench, name: str = "") -> list[str]:
    """Return every trace of an application on its hosts, except for its data."""
    one = application(bench, name or bench.name)
    assert one.deployment
    told = " ".join([one.id, one.deployment.dns, *folders(bench, one)])
    script = TRACES.read_text(encoding="utf-8")
    said = [bench.exec(f"python3 - {told} <<'END'\n{script}\nEND", host, 120) for host in bench.hosts]
    return [line for text in said for line in text.splitlines()]


def shut(bench: Bench, one: Application) -> list[str]:
    """Return the ports of an application that somebody reaches still, but for those of another one on its host."""
    services = {service.name: service for service in bench.county.services}
    there = bench.exec("ls /opt/countynet/*/deployed").split()
    others = {a.id: a for a in bench.county.applications if f"/opt/countynet/{a.id}/deployed" in there and a != one}
    theirs = {port for other in others.values() for name in other.services for port in services[name].ports}
    ports = {port for name in one.services if services[name].protocol == "tcp" for port in services[name].ports}
    asked = [(source, port) for source in (bench.unit, bench.station) for port in sorted(ports - theirs)]
    return [f"{source} reaches {port}" for source, port in asked if bench.reaches(source, port)]


def said_to_stay(bench: Bench, saved: bool) -> bool:
    """Whether the run said in both languages that data and backups stay."""
    words = "\n".join(heard.words for heard in bench.said[bench.began :] if heard.outcome == "ok")
    wanted = ["数据仍在", "its data stays in", *(["its backups stay there"] if saved else [])]
    return all(word in words for word in wanted)


def taken_over(bench: Bench, data: list[str]) -> str:
    """Return what of the data the next account of the host owns, which shall not have the number of the old one."""
    found = f"find {' '.join(data) or '/var/lib/countynet'} -user next-account"
    return bench.exec(f"useradd --system next-account && {found}; userdel next-account").strip()
