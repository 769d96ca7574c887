"""Gives one message to one recipient by its channel, whatever kind that is.

Secrets are read from the vault when they are needed and go nowhere else: what is returned or raised holds none, though
a server may repeat one in its answer: whatever it says is cleaned of them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from countynet.errors import CountyError
from countynet.i18n import set_language, translate_error
from countynet.secrets import Secrets
from countynet.settings import Settings
from monitoring.notices import formats, mail
from monitoring.notices.model import Channel, NoticeState, Recipient
from monitoring.notices.post import DoubtfulError, NotSentError, post
from monitoring.notices.words import Message


@dataclass(frozen=True)
class Outcome:
    """How it went: SENT, DOUBTFUL, or QUEUED for what was refused and may be tried again."""

    state: NoticeState
    said: str


def deliver(
    settings: Settings, channel: Channel, recipient: Recipient, make: Callable[[], Message], number: str
) -> Outcome:
    """Send a message and return how it went; never raises for what a server or the vault does.

    `make` composes the message, in the recipient's language.
    """
    set_language(recipient.language)
    known = list[str]()
    try:
        secret = _secrets(settings, channel, known)
        return _clean(Outcome(NoticeState.SENT, _send(settings, channel, recipient, make(), number, secret)), known)
    except NotSentError as error:
        return _clean(Outcome(NoticeState.QUEUED, str(error)), known)
    except DoubtfulError as error:
        return _clean(Outcome(NoticeState.DOUBTFUL, str(error)), known)
    except CountyError as error:
        return Outcome(NoticeState.QUEUED, translate_error(error))


def names(channel: Channel) -> tuple[str, ...]:
    """Return the names of the secrets that a channel needs."""
    url = channel.url if channel.kind in formats.WEBHOOKS else ""
    return tuple(name for name in (channel.password, url, channel.sign, channel.secret) if name)


def _secrets(settings: Settings, channel: Channel, known: list[str]) -> dict[str, str]:
    wanted = names(channel)
    if not wanted:
        return {}
    vault = Secrets.load(settings)
    found = {name: vault.get(name).get_secret_value() for name in wanted}
    known += found.values()
    return found


def _send(
    settings: Settings, channel: Channel, recipient: Recipient, message: Message, number: str, secret: dict[str, str]
) -> str:
    if channel.kind == "mail":
        letter = mail.written(channel, recipient.to, message, number)
        return mail.send(channel, recipient.to, letter, secret.get(channel.password, ""))
    text = message.text(formats.LIMITS[channel.kind])
    if channel.kind == "sms":
        return _texts(settings, channel, recipient, text, secret.get(channel.secret, ""), number)
    build = formats.WEBHOOKS[channel.kind]
    request = build(secret[channel.url].strip(), text, recipient.to, secret.get(channel.sign, ""), time.time())
    return _post(settings, channel, request)


def _texts(settings: Settings, channel: Channel, recipient: Recipient, text: str, secret: str, name: str) -> str:
    """Send to each number; when one was reached, the others are not tried again: it would text the first one twice."""
    said, reached = list[str](), 0
    for number in recipient.to:
        try:
            request = formats.sms(channel, text, number, secret, name)
            said.append(f"{number}: {_post(settings, channel, request)}")
            reached += 1
        except NotSentError as error:
            said.append(f"{number}: {error}")
        except DoubtfulError as error:
            raise DoubtfulError("; ".join([*said, f"{number}: {error}"])) from None
    if not reached:
        raise NotSentError("; ".join(said))
    return "; ".join(said)


def _post(settings: Settings, channel: Channel, request: formats.Request) -> str:
    authorities = settings.county / channel.authorities if channel.authorities else None
    answer = post(request, channel.seconds, authorities=authorities, address=channel.address)
    if why := formats.refusal(channel, answer.status, answer.text):
        raise NotSentError(why)
    return f"HTTP {answer.status} {' '.join(answer.text.split())}".strip()


def _clean(outcome: Outcome, secrets: list[str]) -> Outcome:
    said = outcome.said
    for value in filter(None, secrets):
        said = said.replace(value, "***")
    return Outcome(outcome.state, said[:300])
