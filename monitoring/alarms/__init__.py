"""Alarms: the machine's opinion that something is wrong. They open and close by themselves; people work on faults."""
