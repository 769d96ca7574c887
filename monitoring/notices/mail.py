"""Sends one mail by SMTP (RFC 5321), with STARTTLS (RFC 3207), TLS from the start, or in clear within our own network.

A mail says that a machine wrote it (RFC 3834), so that no absence note answers. With STARTTLS a server that does not
offer it is refused: neither the password nor the mail goes in clear.
"""

import smtplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from countynet import clock
from monitoring.notices.model import Channel
from monitoring.notices.post import DoubtfulError, NotSentError
from monitoring.notices.words import Message


def written(channel: Channel, to: Sequence[str], message: Message, number: str) -> EmailMessage:
    """Return the mail; `number` makes its Message-ID, the same at each try."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = " ".join(message.subject.split())[:200]
    mail["From"], mail["To"] = channel.sender, ", ".join(to)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = f"<notice-{number}@{channel.sender.rpartition('@')[2].strip('> ') or 'countynet'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text(whole=False) + "\n", cte="base64")
    return mail


def send(
    channel: Channel, to: Sequence[str], mail: EmailMessage, password: str, context: ssl.SSLContext | None = None
) -> str:
    """Send a mail and return what the server said. Raises NotSentError, DoubtfulError."""
    try:
        server = _open(channel, password, context or ssl.create_default_context())
        try:
            refused = _envelope(server, channel, to)
            said = _data(server, mail)
        finally:
            _leave(server)
    except smtplib.SMTPResponseException as error:
        raise NotSentError(_words(error.smtp_code, error.smtp_error)) from None
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSentError(getattr(error, "strerror", None) or str(error) or type(error).__name__) from None
    return "; ".join([said, *refused])


def _leave(server: smtplib.SMTP) -> None:
    """Say goodbye; what goes wrong with that changes nothing of what was said before."""
    with suppress(OSError, smtplib.SMTPException):
        server.quit()
    server.close()


def _open(channel: Channel, password: str, context: ssl.SSLContext) -> smtplib.SMTP:
    if channel.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(channel.host, channel.port, timeout=channel.seconds, context=context)
    else:
        server = smtplib.SMTP(channel.host, channel.port, timeout=channel.seconds)
    try:
        server.ehlo_or_helo_if_needed()
        if channel.security == "starttls":
            server.starttls(context=context)
            server.ehlo()
        if channel.login:
            server.login(channel.login, password)
    except Exception:
        server.close()
        raise
    return server


def _envelope(server: smtplib.SMTP, channel: Channel, to: Sequence[str]) -> list[str]:
    """Name sender and recipients; return who was refused. Raises SMTPResponseException when nobody is left."""
    code, said = server.mail(channel.sender.rpartition("<")[2].strip("> "))
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
    answers = [(address, *server.rcpt(address)) for address in to]
    refused = [(address, code, said) for address, code, said in answers if code not in (250, 251)]
    if len(refused) == len(answers):
        raise smtplib.SMTPResponseException(refused[0][1], refused[0][2])
    return [f"{address}: {_words(code, said)}" for address, code, said in refused]


def _data(server: smtplib.SMTP, mail: EmailMessage) -> str:
    try:
        code, said = server.data(mail.as_bytes())
    except smtplib.SMTPDataError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise DoubtfulError(str(error) or type(error).__name__) from None
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)
    return _words(code, said)


def _words(code: int, said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"
