"""Log messages of devices (RFC 5424, 3164, 5426, 6587, 5425): received, understood as far as they go, kept, searched.

What arrived is kept as it arrived; what was understood of it stands beside. A message that says nothing sensible is
kept too: a log that forgets what it does not understand is no evidence.
"""
