"""The strategy plugin by which one Python process stays on each host for a whole run, instead of one for each task.

Mitogen does it (docs/decisions/193): a module is imported once and forked, where Ansible sends a zip archive of which
Python compiles every file anew. No process is bound to a processor: that is for a controller of its own with many, here
others run beside. Source: Mitogen for Ansible, "Strategies"; Ansible's developer guide, "Strategy plugins".
"""

import logging

from ansible_mitogen import affinity, loaders, strategy

affinity.policy = affinity.Policy()
logging.getLogger("ansible_mitogen.services").setLevel(logging.ERROR)
"""it warns of its own bookkeeping when a host has gone, which the task's words tell"""
Linear: type = loaders.strategy_loader.get("linear", class_only=True)


class StrategyModule(strategy.StrategyMixin, Linear):  # type: ignore[misc]  # neither has types
    """Ansible's own order of tasks, over Mitogen's connections."""
