"""What is really cabled, found from what devices hear and learn, against what the inventory intends. Pure.

`evidence` is what devices say; `identity` finds out who is meant (chassis and port ids of every LLDP subtype,
addresses, abbreviated port names); `compare` judges each cable; `strangers` names who hangs on a port and is in no
inventory.
Monitoring brings the evidence, the dashboard shows the findings. Nothing here asks a device.
"""
