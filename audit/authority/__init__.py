"""Takes the authentication platform's journal into the county's own event log: docs/certificates.md.

The platform is asked, so it needs no way to us and holds no secret of ours. What was taken is an event for each line,
with the line's hash; the platform cannot change or take back what it once told without the next look finding it.
"""
