"""Sign-on: whoever has signed in here is known to the county's other applications (OpenID Connect, code flow).

Authlib checks the protocol; this side says who exists, which applications are known, and signs. Only what a county
needs is offered: the authorization code flow with PKCE (S256) and client secrets. Implicit flows, plain PKCE, refresh
tokens and registration by applications themselves are not.
"""
