"""What should be: the model of a county, its files, its intent, and the platforms that speak each device's language."""

from inventory.load import load_county
from inventory.subset import subset

__all__ = ["load_county", "subset"]
