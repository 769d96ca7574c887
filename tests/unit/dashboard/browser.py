"""Flask's test client as a person uses it: forms carry the token that their page gave them."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.unit.dashboard.sample import PASSWORD

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """One browser."""

    client: FlaskClient
    token: str = field(default="")

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, **options)
        answer.get_data()
        answer.close()
        found = TOKEN.search(answer.text) if answer.mimetype == "text/html" else None
        if found:
            self.token = found.group(1)
        return answer

    def post(self, path: str, **fields: Any) -> TestResponse:
        if not self.token:
            self.get("/help")
        return self.client.post(path, data={"csrf_token": self.token, **fields})

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        answer = self.post("/sign-in", login=login, password=password)
        self.token = ""
        return answer
