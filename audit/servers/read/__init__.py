"""Readers of the files of nginx, PostgreSQL, strongSwan and sshd, each as that program itself reads them. Pure."""
