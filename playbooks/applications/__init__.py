"""Applications on the county's servers: described once, put there by one playbook, backed up, restored, looked at.

`kinds/` says what can be deployed and `ansible/` how; what a county deploys stands in its inventory (`deployment` of an
application, docs/applications.md). Everything that an application needs lies in the mirror (`mirror/`) before a server
is touched: a server never asks the Internet for anything. Refuses what the inventory does not describe.
"""
