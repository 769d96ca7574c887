"""The page of drift: which devices run something else than the inventory intends, and what to do about each."""
