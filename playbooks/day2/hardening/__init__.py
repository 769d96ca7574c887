"""Hardening of servers to the audit's baseline: what a playbook sets (`roles/hardening`), and what is left and why."""
