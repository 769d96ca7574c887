"""The names of what goes wrong with one agent: message ids, shown by `translate`.

`BAFFLED` are those that tell of an agent which is there but not understood: pysnmp tries such a one (`handover`).
A dead one, a wrong password, or one that is only slow, is understood well enough.
"""

from countynet.i18n import _

NO_ANSWER = _("no answer")
CLOSED = _("the poller was closed")
SLOW = _("the agent is too slow")
CLOCK = _("the agent's clock does not agree")
UNREADABLE = _("the agent's answers cannot be read")
OTHER_QUESTION = _("the agent answers what was not asked")
OTHER_ADDRESS = _("the agent answers from another address")
ASTRAY = _("the agent's names do not increase")
EMPTY = _("the agent answers without the values asked for")
ENDLESS = _("the agent's table does not end")
REFUSED = _("the agent reports an error in the question")
TOO_BIG = _("a single value is too big for the agent")
VERSION_1 = _("the agent speaks SNMP version 1 only")

BAFFLED = frozenset((UNREADABLE, OTHER_QUESTION, ASTRAY, EMPTY, ENDLESS, REFUSED, TOO_BIG, VERSION_1))
