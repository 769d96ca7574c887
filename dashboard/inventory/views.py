"""All pages of the record: importing this module gives the blueprint its views."""

from dashboard.inventory.blueprint import inventory
from dashboard.inventory.objects import views as objects
from dashboard.inventory.past import views as past
from dashboard.inventory.proposals import views as proposals
from dashboard.inventory.units import change, join, leave, table

__all__ = ["change", "inventory", "join", "leave", "objects", "past", "proposals", "table"]
