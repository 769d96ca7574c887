"""The outage ledger: from when to when each device, and so each unit, was up, down, shadowed, unknown or planned.

`stretches` and `begins` are pure; `store` has the SQL; `record` writes in the poller's transaction; `read` answers.
"""
