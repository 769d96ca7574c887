"""The real console: netmiko's driver of the platform, without its fixed sleeps and with our keys.

netmiko opens the session (its connection parameters, its driver's terminal and line ends) and knows each vendor's
control sequences; waiting is ours: each line is followed by its prompt, read as it comes, so that a session costs
milliseconds and a slow line costs what it costs. Neither session log nor debug log is switched on: they would show
secrets. The key is a value in memory; the host key is checked by device name, as `transport.ssh` does.
"""

import codecs
import re
import socket
import time
from functools import cache
from typing import Any

import paramiko
from netmiko.ssh_dispatcher import CLASS_MAPPER_BASE

from countynet.errors import DeviceError
from countynet.i18n import _
from playbooks.device.transport.ssh import Login, Recorded
from playbooks.device.vendor import Answers, Reply, screen
from playbooks.device.vendor.dialects import Dialect

CHUNK = 65536
WIDTH, HEIGHT = 511, 1000
_BROKEN = (paramiko.SSHException, EOFError, OSError)
_MORE, _NO = " ", "n"
_RENAMES = re.compile(r"\s*(?:sysname|hostname)\s+(\S+)")


QUIET = 1.0
"""seconds of silence after which a prompt with something behind it is the prompt"""


class _Quick:
    """What takes the place of netmiko's waiting; mixed in before the platform's driver."""

    login: Login

    def _open(self: Any) -> None:
        self.establish_connection()

    def establish_connection(self: Any, width: int = WIDTH, height: int = HEIGHT) -> None:
        """Sign in and open the terminal. Raises what paramiko raises, and DeviceError for a changed host key."""
        client = self._build_ssh_client()
        client.set_missing_host_key_policy(Recorded(self.login))
        self.remote_conn_pre = client
        try:
            client.connect(**self._connect_params_dict())
            self.remote_conn = client.invoke_shell(term="vt100", width=width, height=height)
        except BaseException:
            client.close()
            raise

    def session_preparation(self) -> None:
        """Nothing: the dialect prepares."""

    def cleanup(self, command: str = "") -> None:
        """Nothing: the session is cut."""


@cache
def _driver(name: str) -> type[Any]:
    return type(f"Quick_{name}", (_Quick, CLASS_MAPPER_BASE[name]), {})


def _connect(dialect: Dialect, login: Login, sock: socket.socket | None) -> Any:
    kind = _driver(dialect.netmiko)
    made: Any = object.__new__(kind)
    made.login = login
    made.__init__(
        device_type=dialect.netmiko,
        host=login.address,
        port=login.port,
        username=login.user,
        pkey=login.key,
        sock=sock,
        conn_timeout=login.seconds,
        auth_timeout=login.seconds,
        banner_timeout=login.seconds,
    )
    return made


class NetmikoConsole:
    """A terminal session with a real device."""

    def __init__(self, dialect: Dialect, login: Login, sock: socket.socket | None = None) -> None:
        """Sign in and make the terminal ready; DeviceError says what went wrong."""
        self.device, self.prompt = login.device, ""
        self._dialect, self._names = dialect, set[str]()
        try:
            self._netmiko = _connect(dialect, login, sock)
            self._channel: paramiko.Channel = self._netmiko.remote_conn
        except paramiko.AuthenticationException as error:
            raise self._error(_("refused the key of {user}"), error, user=login.user) from error
        except _BROKEN as error:
            raise self._error(_("gave no SSH session at {address}"), error, address=login.address) from error
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        try:
            self._begin(login.seconds)
        except BaseException:
            self.close()
            raise

    def _begin(self, seconds: float) -> None:
        self._meet("", time.monotonic() + seconds, self._dialect.sign_in, seconds)
        self._raise(seconds)
        for line in self._dialect.prepare:
            self.ask(line, seconds, ((r"(?i)[\[(]y/n[\])]", "y"),))

    def _raise(self, seconds: float) -> None:
        """Ask for the right to change things, where a session begins without it."""
        looking = re.compile(self._dialect.looking)
        if looking.fullmatch(self.prompt):
            self.ask(self._dialect.privilege, seconds, ((r"(?i)password", ""),))
        if looking.fullmatch(self.prompt):
            raise DeviceError(self.device, _("lets the account only look: it has no privilege to change anything"))

    def ask(self, line: str, seconds: float, answers: Answers = ()) -> Reply:
        """Type a line and wait for the prompt (`Console.ask`)."""
        return self._meet(line, time.monotonic() + seconds, answers, seconds, send=True)

    def _meet(self, line: str, deadline: float, answers: Answers, seconds: float, *, send: bool = False) -> Reply:
        if renamed := _RENAMES.match(line):
            self._names.add(renamed[1].strip("\"'"))
        try:
            if send:
                self._send(line)
            return self._wait(line, deadline, answers)
        except TimeoutError as error:
            raise DeviceError(
                self.device, _("did not finish within {seconds} s"), shown(line), seconds=round(seconds)
            ) from error
        except _BROKEN as error:
            raise self._error(_("the SSH session broke"), error) from error

    def _send(self, line: str) -> None:
        while self._channel.recv_ready():
            self._channel.recv(CHUNK)  # what the device said unasked
        self._channel.sendall(f"{line}{self._netmiko.RETURN}".encode())

    def _wait(self, line: str, deadline: float, answers: Answers) -> Reply:
        """Read up to the prompt that follows the line's own echo: what came before is a message, not the answer."""
        text, begin, unexpected, echoed, stood = "", 0, "", not line, ""
        while True:
            piece = self._more(deadline, stood)
            if piece is None:  # a message stands behind the prompt, and nobody prompts anew after it
                seen, text = screen.Seen("prompt", stood), text[: text.rindex(stood) + len(stood)]
                break
            text += piece
            if not echoed:
                begin = screen.after_echo(text, line)
                echoed = begin >= 0
                if not echoed:
                    continue
            seen = screen.look(text[begin:], self._is_prompt)
            answer = next((typed for pattern, typed in answers if re.search(pattern, seen.text)), None)
            if seen.kind == "prompt":
                break
            if seen.kind == "more":
                self._channel.sendall(_MORE.encode())
            elif seen.kind == "question" or answer is not None:
                unexpected = unexpected or (seen.text if answer is None else "")
                self._send(_NO if answer is None else answer)
            else:
                stood = screen.stood(text[begin:], self._is_prompt)
                continue
            begin, stood = len(text), ""
        self._learn(seen.text)
        if unexpected:
            raise DeviceError(self.device, _("asked a question that nobody expected"), shown(line), unexpected)
        return Reply(screen.words(text, line), seen.text)

    def _is_prompt(self, line: str) -> bool:
        return any(self._dialect.is_prompt(name)(line) for name in self._names or ("",))

    def _learn(self, prompt: str) -> None:
        self.prompt = prompt
        if name := self._dialect.name_in(prompt):
            self._names.add(name)

    def _more(self, deadline: float, stood: str) -> str | None:
        """Return what comes next; None when a prompt stood already and nothing came for a while."""
        try:
            return self._receive(min(deadline, time.monotonic() + QUIET) if stood else deadline)
        except TimeoutError:
            if not stood:
                raise
            return None

    def _receive(self, deadline: float) -> str:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._channel.settimeout(left)
        piece = self._channel.recv(CHUNK)
        if not piece:
            raise paramiko.SSHException("closed")
        return self._decoder.decode(piece)

    def close(self) -> None:
        """End the session."""
        if client := self._netmiko.remote_conn_pre:
            client.close()

    def _error(self, message: str, error: BaseException, **values: Any) -> DeviceError:
        return DeviceError(self.device, message, answer=str(error) or type(error).__name__, **values)


def shown(line: str) -> str:
    """Return a line as it may be named: shortened; whoever types secrets masks it before."""
    return line.strip()[:120]
