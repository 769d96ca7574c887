"""Runs: a playbook with its launch form, who may start it, the queue, the live log and what came of it on each host."""
