"""Which cause an alarm has: the operator's line, the unit's LAN or power, the center's equipment, and on what evidence.

`judge` (pure) turns `Evidence` into a `Verdict` by the table in `rules`; `gather` collects the evidence from what the
poller, the sensors and the receiver left; `store` keeps a verdict and puts it into the alarm's sentence. A verdict is
no decision: it opens and closes nothing. What is not known is said (`missing`), never guessed.
"""
