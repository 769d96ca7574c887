"""The gate that stands before applications without OpenID Connect: what the mirror holds for it.

It is no kind, as nobody deploys it alone: an application's description that has `people` brings it to that
application's hosts (`ansible/roles/app_gate`, program in `applications/gate`). Its wheels are the sign-on's versions.
"""

from pathlib import Path

from playbooks.applications.kinds import Found
from playbooks.applications.model import Kind

GATE = Found(
    Kind(
        kind="sign-on-gate",
        title="统一登录门",
        title_en="Sign-on gate",
        does="让不支持 OpenID Connect 的应用使用全县统一登录。",
        does_en="Has applications without OpenID Connect use the county's sign-on.",
        wheels="requirements.lock",
        code=("gate",),
        services=(),
    ),
    Path(__file__).parent,
)
HEADER = "X-County-Login"
"""what an application behind it is told the login in; nobody else can send it"""
PLACE = "/signed-on"
"""the paths that are the gate's own"""
