"""Video meetings of the county with its units (多媒体视频会议, requirement A6), over Janus and coturn.

This package is the authority over a meeting: it books, invites, admits, mutes, gives the floor, records. Media never
passes through it: browsers send it to Janus' videoroom. A browser speaks to Janus itself, but it gets in only by a
token made for one entry, under an identity that the token fixes, and everything that the chair decides is enforced in
Janus over its admin interface, which only this server reaches. So a venue whose page was tampered with still cannot
unmute itself. It runs on the server host from `kinds/meeting/requirements.lock` alone and imports nothing of the rest.
"""
