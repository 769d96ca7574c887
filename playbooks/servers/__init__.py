"""The servers of the county's server zone: an Ansible playbook, and what runs it.

`site.yml` and `roles/` are plain Ansible; they read only variables, which `hosts` derives from the inventory, so a
person can run them by hand as well. `run` runs them in a process of its own, which tells what happens.
"""
