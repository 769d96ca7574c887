"""The pages: requests and their approval, seals, checks, people, the journal, and sign-on for other applications.

Server-rendered, without JavaScript, in 简体中文 and English. It holds no key of the authority (the keeper does).
"""
