"""What earlier faults taught: to search, to write, and offered beside a fault and while a clerk reports one."""
