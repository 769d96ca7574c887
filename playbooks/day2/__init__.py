"""Changes of every day on the network: each a playbook that looks first, and goes by inventory, plan and guard.

What a unit joining, a box exchanged or a credential worn out needs is always the same three writes, in this order: the
inventory (one commit), the plan, the devices. `carry` makes and applies plans, `edited` is the base of whatever begins
with a commit; both go on where a killed run broke off. Nothing here has a way around an approval, the guard or the
backup, and nothing writes to a device by itself but the bring-up of a bare box at its staging address.
"""
