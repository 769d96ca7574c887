"""Tells people what other rooms have written for them (`countynet.tellings`), by the channels of the notices."""
