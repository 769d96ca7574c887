"""A `Poller` by pysnmp: slow, and as compatible as can be. It asks those few devices that our engine cannot handle.

It asks by GETNEXT, a row at a time, since GETBULK is what odd agents do worst, and speaks version 1 too. The walk is
ours, so that a table that does not end, or leads back, ends here as well. At most `AT_ONCE` devices are in flight:
with 80, pysnmp starves itself (facts.md), and each answer of twenty variables costs it 5 ms.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any

from monitoring.snmp import trouble
from monitoring.snmp.ber import oid, subidentifiers
from monitoring.snmp.community import Community
from monitoring.snmp.learned import Habits
from monitoring.snmp.pdu import TOO_BIG, Varbind
from monitoring.snmp.seam import Answer, Question, Target
from monitoring.snmp.step import Ask
from monitoring.snmp.usm import Credentials
from monitoring.snmp.walk import Astray, Walk

_API = "pysnmp.hlapi.v3arch.asyncio"
AT_ONCE = 10
NAME = "pysnmp"
_WIDTH = 10
"""columns asked side by side"""
_NO_SUCH_NAME = 2
"""version 1's way to say that nothing comes after a name"""
_AUTH = {
    "SHA-1": "USM_AUTH_HMAC96_SHA",
    "SHA-224": "USM_AUTH_HMAC128_SHA224",
    "SHA-256": "USM_AUTH_HMAC192_SHA256",
    "SHA-384": "USM_AUTH_HMAC256_SHA384",
    "SHA-512": "USM_AUTH_HMAC384_SHA512",
}
_PRIV = {
    "AES-128": "USM_PRIV_CFB128_AES",
    "AES-192": "USM_PRIV_CFB192_AES_BLUMENTHAL",
    "AES-256": "USM_PRIV_CFB256_AES_BLUMENTHAL",
    "AES-192-C": "USM_PRIV_CFB192_AES",
    "AES-256-C": "USM_PRIV_CFB256_AES",
}


class PysnmpPoller:
    """Asks a few agents by pysnmp; each is over after `deadline` seconds, waiting for its turn included."""

    def __init__(
        self, secret_of: Callable[[str], Credentials | Community], deadline: float = 8.0, timeout: float = 1.0
    ) -> None:
        self._secret_of, self._deadline, self._timeout = secret_of, deadline, timeout
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._engines: dict[Credentials | Community, Any] = {}

    def close(self) -> None:
        """Let go of the sockets."""
        for engine in self._engines.values():
            engine.close_dispatcher()
        self._engines.clear()

    async def ask(
        self, targets: Iterable[Target], question: Question, each: Callable[[Answer], None] | None = None
    ) -> Mapping[str, Answer]:
        """Return an answer per device."""
        answers = await asyncio.gather(*(self.ask_one(target, question) for target in targets))
        if each is not None:
            for answer in answers:
                each(answer)
            return {}
        return {answer.target.device: answer for answer in answers}

    async def ask_one(self, target: Target, question: Question) -> Answer:
        """Return one device's answer."""
        await asyncio.to_thread(import_module, _API)  # a second and more the first time: not at the pings' cost
        answer, began = Answer(target, by=NAME), time.monotonic()
        try:
            async with asyncio.timeout(self._deadline), self._turns:
                await self._walk(answer, question)
        except TimeoutError:
            answer.error = trouble.SLOW
        except Astray as error:
            answer.error = error.message
        answer.seconds = time.monotonic() - began
        return answer

    async def _walk(self, answer: Answer, question: Question) -> None:
        walk, target = Walk(question, answer, Habits(_WIDTH)), answer.target
        from pysnmp.hlapi.v3arch.asyncio import UdpTransportTarget

        transport = await UdpTransportTarget.create((target.address, target.port), timeout=self._timeout, retries=1)
        while not answer.error and (ask := walk.next()) is not None:
            answer.datagrams += 1
            found = await self._next(self._secret_of(target.device), transport, ask)
            if isinstance(found, str):
                answer.error = found
            elif found is None and not walk.habits.too_much():
                answer.error = trouble.TOO_BIG
            elif found is not None:
                walk.accept(ask, found)

    async def _next(self, secret: Credentials | Community, transport: Any, ask: Ask) -> list[Varbind] | str | None:
        """Return what comes after each name, None when that is too big, or what is wrong."""
        from pysnmp.hlapi.v3arch.asyncio import ContextData, ObjectIdentity, ObjectType, next_cmd

        found: dict[bytes, Varbind] = {}
        names = list(ask.names)
        while names:
            binds = [ObjectType(ObjectIdentity(_dotted(name))) for name in names]
            engine = self._engine(secret)
            wrong, status, index, told = await next_cmd(
                engine, _auth(secret), transport, ContextData(), *binds, lookupMib=False
            )
            if wrong is not None:
                return trouble.NO_ANSWER if "imed" in type(wrong).__name__ else trouble.UNREADABLE
            if int(status) == TOO_BIG:
                return None
            if int(status) == _NO_SUCH_NAME and 0 < int(index) <= len(names):
                gone = names.pop(int(index) - 1)
                found[gone] = Varbind(gone, None)
                continue
            if int(status):
                return trouble.REFUSED
            found |= {name: _varbind(*bind) for name, bind in zip(names, told, strict=False)}
            break
        return [found[name] for name in ask.names if name in found]

    def _engine(self, secret: Credentials | Community) -> Any:
        if secret not in self._engines:
            from pysnmp.hlapi.v3arch.asyncio import SnmpEngine

            self._engines[secret] = SnmpEngine()
        return self._engines[secret]


def _auth(secret: Credentials | Community) -> Any:
    from pysnmp.hlapi.v3arch import asyncio as hlapi

    if isinstance(secret, Community):
        return hlapi.CommunityData(secret.secret.get_secret_value(), mpModel=1 if secret.version == "v2c" else 0)
    auth, priv = secret.auth_password, secret.priv_password
    return hlapi.UsmUserData(
        secret.user,
        auth and auth.get_secret_value(),
        priv and priv.get_secret_value(),
        authProtocol=getattr(hlapi, _AUTH[secret.auth] if auth else "USM_AUTH_NONE"),
        privProtocol=getattr(hlapi, _PRIV[secret.priv] if priv else "USM_PRIV_NONE"),
    )


def _dotted(name: bytes) -> tuple[int, ...]:
    first, *rest = subidentifiers(name)
    return (min(first // 40, 2), first - 40 * min(first // 40, 2), *rest)


def _varbind(name: Any, value: Any) -> Varbind:
    """Return pysnmp's variable in our form."""
    from pyasn1.type import univ
    from pysnmp.proto import rfc1905

    encoded = oid(".".join(map(str, tuple(name))))
    if isinstance(value, rfc1905.NoSuchObject | rfc1905.NoSuchInstance | rfc1905.EndOfMibView | univ.Null):
        return Varbind(encoded, None)
    if isinstance(value, univ.ObjectIdentifier):
        return Varbind(encoded, oid(".".join(map(str, tuple(value)))))
    return Varbind(encoded, bytes(value) if isinstance(value, univ.OctetString) else int(value))
