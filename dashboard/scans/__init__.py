"""What hangs on the ports: findings of the scans of terminals, each with its evidence and what to do."""
