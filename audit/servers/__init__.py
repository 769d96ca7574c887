"""Checks of servers: what nginx, PostgreSQL, strongSwan, sshd and the system below them are told to do."""
