"""Every object of the county with its history, and any one field of it changed."""
