"""Why a check of the baseline is left to people where the playbook for servers does not set what it asks for. Pure.

A check that is not here is set by the playbook; where it fails all the same, something on the server hinders that.
"""

from collections.abc import Mapping

from countynet.i18n import _

_OWNER = _("its file is the application's or people's own; enter what the check says there, then run the check again")
_DATABASE = _("a database that is told otherwise may refuse programs that use it; its owner sets this and tries them")
_TUNNEL = _("the other end of the tunnel has to change at the same time")
_PERSON = _("this is a person's account or right; who answers for the server decides")
_IN_USE = _("somebody may use it; take the program away once nobody does")
KEPT = _("is set by this playbook, but something on the server keeps it from that: see what the check found")

LEFT: Mapping[str, str] = {
    "nginx-tls-versions": _OWNER,
    "nginx-tls-ciphers": _OWNER,
    "nginx-no-listing": _OWNER,
    "nginx-body-bounded": _OWNER,
    "nginx-hsts": _("a site or place with headers of its own takes over none from above; add it there"),
    "nginx-https-only": _("a site is served over plain HTTP on purpose or by mistake; who runs it decides"),
    "nginx-logged": _OWNER,
    "nginx-not-root": _OWNER,
    "nginx-status-limited": _OWNER,
    "postgres-no-trust": _DATABASE,
    "postgres-scram": _DATABASE,
    "postgres-encrypted": _DATABASE,
    "postgres-narrow": _DATABASE,
    "postgres-owner-local": _DATABASE,
    "postgres-tls": _DATABASE,
    "postgres-tls-versions": _DATABASE,
    "postgres-password-hash": _DATABASE,
    "postgres-log-connections": _DATABASE,
    "postgres-log-fields": _DATABASE,
    "postgres-log-changes": _DATABASE,
    "postgres-listen": _DATABASE,
    "postgres-superusers": _DATABASE,
    "swan-ciphers": _TUNNEL,
    "swan-hashes": _TUNNEL,
    "swan-groups": _TUNNEL,
    "swan-forward-secrecy": _TUNNEL,
    "swan-no-aggressive": _TUNNEL,
    "swan-version-2": _TUNNEL,
    "swan-no-key-for-anybody": _TUNNEL,
    "swan-keys-private": _("which program reads the key is not known here; close its file and try the tunnel"),
    "server-no-old-services": _IN_USE,
    "server-stores-inside": _IN_USE,
    "server-no-old-packages": _IN_USE,
    "server-updates-signed": _("without this line nothing would be installed from that source; sign the source first"),
    "server-firewall": _(
        "what may reach a server is only known where it runs something of ours: the playbook for servers, or an "
        "application's deploy, brings the filter; on another server the network's filters stand before it"
    ),
    "server-password-complex": _("it needs libpam-pwquality, which none of the server's package sources has"),
    "server-one-root": _PERSON,
    "server-account-hash": _("the person has to set the password anew; nobody else can make its hash stronger"),
    "server-account-age": _(
        "of root and of accounts with keys a password that grew old would refuse their keys, too; lock it, or bound it "
        "by hand"
    ),
    "server-sudo": _PERSON,
    "server-job-places": _("the job is somebody's; move what it runs to a folder that only root writes"),
    "server-certificates": _("see the playbooks that renew certificates"),
}
