"""People, typed records and pictures for tests of records."""

from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from PIL import Image
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from audit.records.service import Records
from countynet import clock
from countynet.db import open_database
from countynet.people import Actor
from countynet.pictures import Picture, cleaned
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.users.store import UserRow

CENTER, SECOND = Actor("center", Role.CENTER), Actor("chief", Role.CENTER)
OPERATOR, OTHER = Actor("operator", Role.OPERATOR), Actor("telecom2", Role.OPERATOR)
AUDITOR, CLERK, ADMIN = Actor("auditor", Role.AUDITOR), Actor("u031", Role.UNIT, "u031"), Actor("admin", Role.ADMIN)
EVERYBODY = (CENTER, SECOND, OPERATOR, OTHER, AUDITOR, CLERK, ADMIN)


def at(hours: float) -> str:
    """Return a time so many hours from now as a form has it."""
    return f"{clock.now().astimezone(clock.CHINA) + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def visit(**other: str) -> dict[str, str | Sequence[str]]:
    said: dict[str, str | Sequence[str]] = {
        "visitors": "王芳\n李强", "organisation": "云岭网络", "purpose": "更换核心交换机电源", "rooms": "信息中心机房",
        "escort": "顾明哲", "expected": at(-1), "until": at(1), "brought": "电源模块 2 块",
    }  # fmt: skip
    return {**said, **other}


def drill(**other: str) -> dict[str, str | Sequence[str]]:
    said: dict[str, str | Sequence[str]] = {
        "sort": "power", "title": "市电中断演练", "place": "信息中心机房", "began": at(-3), "ended": at(-2),
        "people": "顾明哲\n王芳", "course": "断开市电，UPS 供电 40 分钟", "result": "partly",
        "tasks": "更换 2 号蓄电池，王芳，2099-12-31", "emergency": "",
    }  # fmt: skip
    return {**said, **other}


def training(**other: str) -> dict[str, str | Sequence[str]]:
    said: dict[str, str | Sequence[str]] = {
        "topic": "网络安全意识", "on": "2026-10-01", "place": "三楼会议室", "teacher": "顾明哲", "hours": "2",
        "people": "肖思远，u001，92\n马若琳，u025",
    }  # fmt: skip
    return {**said, **other}


def regulation(**other: str | Sequence[str]) -> dict[str, str | Sequence[str]]:
    said: dict[str, str | Sequence[str]] = {
        "title": "机房管理制度", "edition": "1.0", "valid_from": "2026-10-01", "roles": ["operator"], "units": "u031",
        "people": "", "days": "14", "text": "# 总则\n\n进入机房须登记。",
    }  # fmt: skip
    return {**said, **other}


def picture(colour: str = "blue") -> Picture:
    out = BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    return cleaned([out.getvalue()])[0]


def records(folder: Path) -> Records:
    settings = Settings(county=folder, language="en")
    return Records(settings, open_database(settings))


def sign_up(engine: Engine, *people: Actor) -> None:
    """Give people accounts with which they can sign in."""
    with Session(engine) as session, session.begin():
        for one in people:
            row = UserRow(login=one.name, role=one.role.value, unit=one.unit, password="x", created=clock.now())
            session.add(row)
