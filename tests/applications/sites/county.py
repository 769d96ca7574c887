"""What the county says of its sites, of the gateway and of who may sign in, in the tests of this folder."""

from tests.applications.bench import GATEWAY

FORBIDDEN = "内部传阅件"
WATCHED = "领导家庭住址"
SIGNED_ON = {"author-2": "王芳", "passer-by": "路人"}
"""who has an account at the county's sign-on; the first has one here, too"""
SETTINGS = {
    "forbidden": [FORBIDDEN],
    "watched": [WATCHED],
    "watch_seconds": 3600,
    "people": [
        {"login": "author-2", "name": "王芳", "unit": "u003", "part": "review", "telephone": "13900004444"},
        {"login": "other-2", "name": "李静", "unit": "u004", "part": "review", "telephone": "13900005555"},
    ],
}
MESSAGES = {
    "signature": "【清岚县】",
    "number": "10690000",
    "per_second": 50,
    "operators": [{"id": "telecom", "host": GATEWAY, "login": "county", "per_second": 50}],
    "senders": [{"id": "sites", "title": "网站群", "title_en": "Sites"}],
}
