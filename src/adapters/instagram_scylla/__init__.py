"""Cassandra and Scylla: what has to scale by adding nodes.

`session.py` is the one way to the servers, `link.py` finds them whenever they come,
`connection.py` sets the driver up, `completions.py` brings its answers to the event loop,
`errors.py` says what failures mean; `schema.py` applies the files of `migrations`. The other
modules are named after the capability whose ports they implement.
"""
