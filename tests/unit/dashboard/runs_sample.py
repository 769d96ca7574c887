"""Runs for the tests of their pages: a county's own playbooks, runs asked for, said and ended as the runner does."""

from pathlib import Path

from sqlalchemy import update

from countynet import clock
from countynet.db import transaction
from countynet.secrets import Secrets
from dashboard.services.protocols import Services
from playbooks.runner import book, catalogue
from playbooks.runner.programs.work import Ended
from playbooks.runner.run import HostEnd
from playbooks.runner.states import RunState
from playbooks.runner.store import RunLineRow, RunRow
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.forms import text

OWN = """playbooks:
- id: greet
  title: 打招呼
  title_en: Greet
  does: 对设备打招呼
  does_en: Greets devices
  program: action:intended
  may_run: [operator, center]
  within: {operator: role=cpe}
  approval: true
  target: devices
  fields:
  - {name: devices, kind: device, label: 设备, label_en: Devices, several: true}
  - {name: count, kind: whole, label: 次数, label_en: Times, least: 1, most: 5, default: "2"}
  - {name: tone, kind: choice, label: 方式, label_en: Tone, choices: [loud, soft], default: soft}
  - {name: day, kind: date, label: 日期, label_en: Day, needed: false}
  - {name: polite, kind: yes-no, label: 礼貌, label_en: Polite, default: "yes"}
  - {name: hosts, kind: host, label: 服务器, label_en: Servers, several: true, needed: false}
  - {name: key, kind: secret, label: 密钥, label_en: Key, needed: false}
  - {name: note, label: 备注, label_en: Note, roles: [center], needed: false, most: 20}
- id: test-line
  title: 测试本单位线路
  title_en: Test my line
  does: 测试
  does_en: Tests
  program: action:intended
  may_run: [unit]
  target: unit
  fields:
  - {name: unit, kind: unit, label: 单位, label_en: Unit}
"""
GOOD = {"devices": "cpe-007，cpe-008", "key": "very-secret-key", "tone": "loud"}


def own_playbooks(folder: Path) -> Path:
    """Give a county playbooks of its own and a vault; return the file."""
    file = sample.settings(folder).county / catalogue.OWN
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(OWN, encoding="utf-8")
    Secrets.create(sample.settings(folder), {"snmp/community": "an-old-secret"})
    return file


def asked(browser: Browser, playbook: str = "greet", **given: str) -> int:
    answer = browser.post(f"/playbooks/{playbook}", **(given or GOOD))
    assert answer.status_code == 303, text(answer.text)
    return int(answer.headers["Location"].rpartition("/")[2])


def ended(
    services: Services, number: int, state: RunState = RunState.DONE, *hosts: HostEnd, plan: int | None = None
) -> None:
    engine = services.accounts.engine
    with engine.begin() as connection:
        connection.execute(update(RunRow).where(RunRow.id == number).values(state="running", started=clock.now()))
    book.ended(engine, number, state, Ended(state is RunState.DONE, plan=plan), hosts)


def say(services: Services, run: int, *lines: tuple[str, str, str, str]) -> None:
    with transaction(services.accounts.engine) as session:
        session.add_all(
            RunLineRow(run=run, at=clock.now(), task=task, host=host, outcome=outcome, words=words)
            for task, host, outcome, words in lines
        )


def running(services: Services, number: int) -> None:
    with services.accounts.engine.begin() as connection:
        connection.execute(update(RunRow).where(RunRow.id == number).values(state="running", started=clock.now()))
