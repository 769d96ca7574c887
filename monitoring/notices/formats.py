"""What is posted to group chats and SMS gateways, and what their answers mean. Pure.

DingTalk "custom robot" (open.dingtalk.com, "Custom robots for group chats"): sign = base64(HMAC-SHA256(key secret,
"timestamp\\nsecret")), milliseconds, both in the query; at most 20,000 bytes and 20 messages a minute. WeCom "group
robot" (developer.work.weixin.qq.com, document 91770): text of at most 2,048 bytes, 20 a minute. Feishu "custom bot"
(open.feishu.cn, "Custom bot usage guide"): sign = base64(HMAC-SHA256(key "timestamp\\nsecret", nothing)), seconds, both
in the body; at most 20 KB.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from monitoring.notices.model import Channel

JSON_TYPE = "application/json; charset=utf-8"
FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"
LIMITS = {"dingtalk": 18_000, "wecom": 2048, "feishu": 18_000, "sms": 600}
"""bytes of text; below the limit of the whole body where that is what is limited"""


@dataclass(frozen=True)
class Request:
    """One HTTP request. Its address may be a secret: the repr leaves it out."""

    url: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    content: str = JSON_TYPE
    method: str = "POST"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """further ones; a token stands here, never in the address"""


def dingtalk(url: str, text: str, mobiles: Sequence[str], secret: str, seconds: float) -> Request:
    """Return DingTalk's request; `seconds` is the time of sending, since 1970."""
    if secret:
        stamp = str(round(seconds * 1000))
        sign = base64.b64encode(hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")).decode()
        url = _with(url, timestamp=stamp, sign=sign)
    at = {"atMobiles": list(mobiles), "isAtAll": False}
    return Request(url, _json({"msgtype": "text", "text": {"content": text}, "at": at}))


def wecom(url: str, text: str, mobiles: Sequence[str], _secret: str, _seconds: float) -> Request:
    """Return WeCom's request; its address alone is the key."""
    return Request(url, _json({"msgtype": "text", "text": {"content": text, "mentioned_mobile_list": list(mobiles)}}))


def feishu(url: str, text: str, _mobiles: Sequence[str], secret: str, seconds: float) -> Request:
    """Return Feishu's request; `seconds` is the time of sending, since 1970."""
    body: dict[str, object] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(seconds))
        key = f"{stamp}\n{secret}".encode()
        body = {
            "timestamp": stamp,
            "sign": base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode(),
            **body,
        }
    return Request(url, _json(body))


WEBHOOKS: Mapping[str, Callable[[str, str, Sequence[str], str, float], Request]] = {
    "dingtalk": dingtalk,
    "wecom": wecom,
    "feishu": feishu,
}


def sms(channel: Channel, text: str, number: str, secret: str, name: str = "") -> Request:
    """Return a gateway's request: {to}, {text}, {secret} and {id} of address and body are filled in, fittingly quoted.

    The id is the same for the same words of the same notice (`name`) to the same number, and no other's.
    """
    known = f"{name}-{number}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    values = {"to": number, "text": text, "secret": secret, "id": known}
    url = _fill(channel.url, values, lambda value: quote(value, safe=""))
    if channel.method == "GET":
        return Request(url, method="GET", content="")
    as_json = channel.content == "json"
    body = _fill(channel.body, values, _json_inside if as_json else lambda value: quote(value, safe=""))
    return Request(url, body.encode(), JSON_TYPE if as_json else FORM_TYPE)


def refusal(channel: Channel, status: int, answer: str) -> str:
    """Return why an answer is a refusal, empty when the message was taken."""
    short = " ".join(answer.split())
    if not 200 <= status < 300:
        return f"HTTP {status} {short}".strip()
    if channel.kind == "sms":
        return "" if channel.accepted in answer else short or f"HTTP {status}"
    try:
        said = json.loads(answer)
    except ValueError:
        return short or f"HTTP {status}"
    codes = [said[name] for name in ("errcode", "code", "StatusCode") if name in said] if isinstance(said, dict) else []
    return "" if codes and codes[0] == 0 else short


def masked(url: str) -> str:
    """Return an address without what may be a key: its path, query and login."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}/***"


def _with(url: str, **more: str) -> str:
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *more.items()])
    return urlunsplit(parts._replace(query=query))


def _json(value: Mapping[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _json_inside(value: str) -> str:
    """Return a text as it stands between the quotes of a JSON string."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _fill(template: str, values: Mapping[str, str], quoted: Callable[[str], str]) -> str:
    """Put values into their places in one pass: what a value says is never a place again."""
    parts = template.split("{")
    out = [parts[0]]
    for part in parts[1:]:
        name, closing, rest = part.partition("}")
        out.append(quoted(values[name]) + rest if closing and name in values else "{" + part)
    return "".join(out)
