"""A plan applied at once, without a person's approval, under the authority of an emergency that runs.

Somebody of the center started the emergency; whoever acts under it is named with the reason in the event that stands
for the approval, and another person of the center confirms it afterwards. It brings nothing but what was asked for: the
device has to run what the inventory said before. A core or a firewall takes two people even then.
"""

import threading
from collections.abc import Callable

from countynet.errors import Conflict, NotAllowed
from countynet.i18n import _
from countynet.people import Actor
from countynet.planners import AtOnce
from countynet.settings import Settings
from playbooks.backup.around import apply
from playbooks.device import drivers
from playbooks.emergency import book as emergencies
from playbooks.emergency.rules import may_start
from playbooks.plan.book import Book, Entry
from playbooks.plan.make import Ground


def apply_at_once(settings: Settings, order: AtOnce, actor: Actor, told: Callable[[str, str], None]) -> Entry:
    """Apply a plan under an emergency. Raises as `countynet.planners.Planner.apply_now`, and what applying raises."""
    book = Book.open(settings)
    may_act(book, order.emergency, actor)
    entry = book.get(order.plan)
    if entry.plan.author != actor.name:
        raise NotAllowed(_("plan {plan} is {author}'s: who applies it at once made it"), plan=order.plan,
                         author=entry.plan.author)  # fmt: skip
    if entry.plan.approvals > 1:
        message = _("plan {plan} touches a core or a firewall: two people of the center approve it, emergency or not")
        raise Conflict(message, plan=order.plan)
    _refuse_more(settings, book, order)
    book.empower(order.plan, actor, order.emergency, order.reason)
    return apply(settings, order.plan, told, actor=actor.name, cancelled=threading.Event())


def may_act(book: Book, emergency: int, actor: Actor) -> None:
    """Raise NotAllowed, BadInput or Conflict unless this person may act at once under an emergency now."""
    may_start(actor)
    found = emergencies.get(book.engine, emergency)
    if found.ended is not None:
        raise Conflict(_("emergency {number} has ended"), number=found.number)
    if found.drill:
        raise Conflict(_("emergency {number} is a drill: nothing is done for real"), number=found.number)


def _refuse_more(settings: Settings, book: Book, order: AtOnce) -> None:
    """Raise Conflict when a device runs something else than the inventory said before the change."""
    ground, steps = Ground.at(settings, order.before), book.steps(order.plan)
    for name, text in ground.intended(steps).items():
        running = steps[name].running
        driver = drivers.of(ground.county.device_by_name[name])
        if isinstance(text, Exception) or driver.difference(running, driver.expected(running, text)):
            message = _(
                "{device} differs from the inventory in more than this, which nobody approved: have it approved"
            )
            raise Conflict(message, device=name)
