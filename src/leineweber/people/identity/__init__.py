"""Accounts and log-in: who sits in front of the screen, and how sure we are of it.

Staff: password and a second factor (TOTP or recovery code), or a passkey with user verification, which is
both at once. Citizens: a one-time link or code to their own e-mail address, or a passkey; no password.
A session lives on the server; that of staff ends with the last post. Nothing here tells whether an address
has an account.
"""
