"""The certificate authority's craft without its keys' place: names, profiles, certificates, lists, answers, stamps.

Every module here is pure: keys and the time come in, bytes or certificates go out; no file, socket or clock.
"""
