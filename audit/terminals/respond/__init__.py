"""What is done about a finding at a port: people are warned, the port is confined or shut, and released again.

`rules` (pure) says what must not be cut, `edits` (pure) what changes in the inventory, `service` has it done: the
inventory holds the port first, so that no later plan undoes it, and a plan brings it to the device.
"""
