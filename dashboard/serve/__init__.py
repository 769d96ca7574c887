"""`countynet serve`: web, poller and worker in one process tree that starts, heals and stops as one."""
