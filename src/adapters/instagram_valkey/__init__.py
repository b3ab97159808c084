"""Valkey: what is shared between processes and may be lost.

`client.py` is the one way to the server, `connection.py` a socket with many calls under way,
`scripts.py` finds the Lua files, `errors.py` says what failures mean; the other modules are named
after the capability whose ports they implement.
"""
