"""The contract kit: what every implementation of a port must do, as tests that anybody can run.

Subclass a `…Contract` of `instagram_core.testing.contracts` in a test module and say how to open
your adapter; pytest does the rest. See `docs/contract-kit.md`.
"""
