"""The web process's side of the keeper's socket."""

import json
import socket
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from applications.certificates.keeper.wire import Value, line
from applications.certificates.problems import Refused


class KeeperAway(Exception):
    """The keeper does not answer: nothing was signed, and nothing is known about certificates."""


class Client:
    """Asks the keeper; one connection for each thread, opened anew when the keeper was started anew."""

    def __init__(self, path: Path) -> None:
        self._path, self._own = path, threading.local()

    def ask(self, operation: str, **given: Value) -> Mapping[str, Any]:
        """Return what came out. Raises Refused with the keeper's words, KeeperAway."""
        text = line({"do": operation, "with": given})
        try:
            answer = self._once(text)
        except OSError as error:
            raise KeeperAway(str(error)) from error
        told = json.loads(answer)
        if "refused" in told:
            raise Refused(told["refused"], **told["values"])
        good: Mapping[str, Any] = told["good"]
        return good

    def _once(self, text: bytes) -> bytes:
        stream, is_new = self._stream()
        try:
            return self._exchange(stream, text)
        except OSError as error:
            self._own.stream = None
            if is_new or isinstance(error, TimeoutError):
                raise
        stream, _new = self._stream()  # an old connection: the keeper was started anew since, and heard nothing
        return self._exchange(stream, text)

    def _exchange(self, stream: BinaryIO, text: bytes) -> bytes:
        stream.write(text)
        stream.flush()
        answer = stream.readline()
        if not answer:
            self._own.stream = None
            raise ConnectionResetError
        return answer

    def _stream(self) -> tuple[BinaryIO, bool]:
        held: BinaryIO | None = getattr(self._own, "stream", None)
        if held is not None:
            return held, False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(20)
            connection.connect(str(self._path))
            self._own.stream = connection.makefile("rwb")
        return self._own.stream, True
