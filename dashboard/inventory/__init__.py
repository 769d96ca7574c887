"""The record of what should be: units and all other objects, their changes, and proposals; every save is a commit."""
