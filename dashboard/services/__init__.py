"""What the pages ask of the other rooms: protocols, the real ones over the database, and fakes for tests.

A view calls one service and renders. Nothing in the blueprints imports monitoring, audit or the inventory's loader.
"""
