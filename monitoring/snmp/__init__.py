"""SNMPv3 bulk polling (RFC 3411-3417, 7860): a small codec and an asyncio engine behind the `Poller` seam.

Own code because polling is what a monitor does all day: facts measured pysnmp at 60 times the cost and every library
either slow or looping on agents that answer nonsense. pysnmp remains the oracle of the codec's tests.
"""
