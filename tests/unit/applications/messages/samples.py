"""A gateway without Kannel, and its clock."""

from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from applications.messages.config import Config, Kannel, Person, Sender, person_key, sender_key
from applications.messages.kannel import Standing
from applications.messages.send import Sending
from applications.messages.store import Database
from applications.messages.web.app import create_app
from applications.messages.web.services import Services

MASTER = "m" * 32
NOON = 1_795_665_600.0
"""2026-11-26 04:00 UTC, noon in China"""


class Gateway:
    """A gateway in a folder."""

    def __init__(self, folder: Path, **more: Any) -> None:
        senders = (
            Sender("notices", "告警通知", "Notices", per_day=10, per_month=12, urgent=True),
            Sender("sites", "网站群", "Sites", allowed=("+86138",)),
        )
        people = (Person("amy", "send"), Person("ben", "text"), Person("bob", "look"))
        self.config = Config(
            **{
                "database": folder / "messages.db", "master": MASTER, "kannel": Kannel("sendpw", "statuspw"),
                "senders": senders, "people": people, "secure": False, **more,
            }
        )  # fmt: skip
        self.database = Database(self.config.database)
        self.database.make()
        self.sending = Sending(self.config, self.database)
        self.sending.standing = Standing(True, (("operator", "online 5s"),))
        self.client: FlaskClient = create_app(Services(self.config, self.database, self.sending)).test_client()

    def post(self, sender: str = "notices", **asked: Any) -> tuple[int, Any]:
        """Ask for a message; returns status and document."""
        key = {"Authorization": f"Bearer {sender_key(MASTER, sender)}"}
        answer = self.client.post("/messages", json={"to": "13800001111", "text": "测试", **asked}, headers=key)
        return answer.status_code, answer.json

    def page(self, person: str, path: str = "/", language: str = "zh") -> str:
        """Return a page as somebody sees it who has just signed in."""
        self.client.post("/sign-in", data={"key": person_key(MASTER, person)})
        return self.client.get(path, headers={"Accept-Language": language}).text
