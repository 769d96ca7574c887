"""Janus' admin interface (HTTP on loopback): the few requests with which this server rules over rooms.

https://janus.conf.meetecho.com/docs/admin.html (message_plugin, list_sessions, list_handles, handle_info) and
https://janus.conf.meetecho.com/docs/videoroom.html. Requests are numbered; an answer that says `error` is raised.
"""

import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

VIDEOROOM = "janus.plugin.videoroom"
NO_SUCH_ROOM = 426
NO_SUCH_FEED = 428
ANSWER_SECONDS = 5.0


class JanusError(Exception):
    """Janus does not answer, or refused; `code` is its number or 0."""

    def __init__(self, words: str, code: int = 0) -> None:
        """Keep Janus' words and number."""
        super().__init__(words)
        self.code = code


@dataclass(frozen=True)
class Stream:
    """One stream that a feed publishes."""

    mid: str
    kind: str
    """audio, video or data"""


class Admin:
    """One Janus, as its administrator. Safe for several threads."""

    def __init__(self, url: str, secret: str) -> None:
        """`url` ends in /admin; `secret` is Janus' admin_secret."""
        self._url, self._secret = url, secret
        self._lock = threading.Lock()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, path: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one admin request. Raises JanusError."""
        body = {**request, "transaction": secrets.token_hex(8), "admin_secret": self._secret}
        call = urllib.request.Request(  # noqa: S310 - http on loopback, from our own settings
            self._url + path, json.dumps(body).encode(), headers={"Content-Type": "application/json"}
        )
        try:
            with self._lock, self._opener.open(call, timeout=ANSWER_SECONDS) as answer:
                found: dict[str, Any] = json.load(answer)
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise JanusError(str(error)) from error
        if "error" in found:
            raise JanusError(str(found["error"].get("reason", "")), int(found["error"].get("code", 0)))
        return found

    def room(self, request: str, number: int, **values: Any) -> dict[str, Any]:
        """Send one request of the videoroom plugin about a room. Raises JanusError with the plugin's number."""
        message = {"janus": "message_plugin", "plugin": VIDEOROOM}
        words = {"request": request, "room": number, **values}
        found: dict[str, Any] = self.ask("", {**message, "request": words})["response"]
        if "error" in found:
            raise JanusError(str(found["error"]), int(found.get("error_code", 0)))
        return found

    def publishers(self) -> dict[tuple[int, int], tuple[Stream, ...]]:
        """Return what each (room, feed) publishes, whatever its order or names. Raises JanusError."""
        found: dict[tuple[int, int], tuple[Stream, ...]] = {}
        for session in self.ask("", {"janus": "list_sessions"})["sessions"]:
            for handle in self._handles(session):
                info = handle.get("plugin_specific") or {}
                if info.get("type") == "publisher" and "room" in info:
                    streams = info.get("streams", ())
                    found[info["room"], info["id"]] = tuple(Stream(s["mid"], s["type"]) for s in streams)
        return found

    def _handles(self, session: int) -> list[dict[str, Any]]:
        """Return what Janus tells of a session's handles; one that left meanwhile has none."""
        try:
            handles = self.ask(f"/{session}", {"janus": "list_handles"})["handles"]
            return [self.ask(f"/{session}/{handle}", {"janus": "handle_info"})["info"] for handle in handles]
        except JanusError as error:
            if error.code in (458, 459):
                return []
            raise
