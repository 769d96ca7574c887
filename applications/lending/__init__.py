"""A department's own system (A10): what a department lends to others, terminals and projectors and vehicles alike.

Small and whole: things, loans, returns, what is overdue, history, a table to take away; Chinese and English. It runs on
a server host from its wheels alone and imports nothing of the product. It stands as the example of a department's own
program under the application platform: description, role, lock and tests are all that it took.
"""
