"""Defaults of a launch form that are looked up in the county, as `default_of` of a field names them.

Peers: AWX and Semaphore know a fixed default only (awx#20 has asked since 2017 for answers that depend on others);
Rundeck asks a URL per option, with the option above it in the address. Here a lookup is a function of ours with typed
input, so that a description that names a wrong one is refused before anybody opens the form (decision 190).
"""

from playbooks.runner.defaults.seam import Case, Found, Lookup
from playbooks.runner.defaults.table import LOOKUPS, bound

__all__ = ["LOOKUPS", "Case", "Found", "Lookup", "bound"]
