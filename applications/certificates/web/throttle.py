"""Slows guessing down: so many failures by one address or for one login, and both have to wait.

Kept in memory: the process is one, and a restart forgives a minute.
"""

import functools
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import ParamSpec

from flask import current_app, request
from flask.typing import ResponseReturnValue

from applications.certificates.web.desk import show, t

Given = ParamSpec("Given")
MOST, WITHIN = 8, 300.0
"""failures, and seconds in which they count"""


class Failures:
    """Who failed when."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._times: defaultdict[str, list[float]] = defaultdict(list)

    def too_many(self, keys: Iterable[str]) -> bool:
        """Tell whether one of these has to wait."""
        with self._lock:
            return any(len(self._fresh(key)) >= MOST for key in keys if key in self._times)

    def count(self, keys: Iterable[str]) -> None:
        """Take note of a failure."""
        with self._lock:
            if len(self._times) > 10_000:
                self._times = defaultdict(
                    list, {key: times for key in list(self._times) if (times := self._fresh(key))}
                )
            for key in keys:
                self._times[key].append(self._clock())

    def _fresh(self, key: str) -> list[float]:
        since = self._clock() - WITHIN
        self._times[key] = [at for at in self._times[key] if at > since]
        return self._times[key]


def throttle(view: Callable[Given, ResponseReturnValue]) -> Callable[Given, ResponseReturnValue]:
    """Refuse before a password is looked at when there were too many failures; count those that this one makes."""

    @functools.wraps(view)
    def checked(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        failures: Failures = current_app.extensions["failures"]
        keys = (
            f"address {request.headers.get('X-Real-IP', '')}",
            f"login {request.form.get('login', '').strip()[:40]}",
        )
        if failures.too_many(keys):
            return show("sign_in.html", 429, next="/", message=t("Too many failures. Wait five minutes."))
        answer = view(*args, **kwargs)
        if isinstance(answer, tuple) and answer[1] in (400, 401):
            failures.count(keys)
        return answer

    return checked
