"""The gate before an application that speaks no OpenID Connect: nginx asks it of each request (`auth_request`).

It signs people in by the county's sign-on, keeps their session, and tells the application login, name, unit and role in
headers that nginx sets anew on each request, so nobody else can. Whoever is not on the application's list is refused.
Nothing here imports countynet: it runs on a server host from `playbooks/applications/gate/requirements.lock` alone,
under an account of its own, on a Unix socket that only nginx opens.
"""
