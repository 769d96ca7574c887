"""The message gateway (A9 短信网关): one HTTP call sends a text message for whoever holds an application's key.

It stands before Kannel, which speaks to the operator. What Kannel lacks is here: quotas per application, rules which
numbers may be texted at all, a key that makes a repeated call send once, a queue that outlives everything, a log that
can be searched and shows its texts only to those who may see them. A text that may already be on its way is never sent
again by itself. The room imports nothing of countynet: it runs on the server host from the wheels of its own lock.
"""
