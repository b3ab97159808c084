"""The tests; a package, so that `tests.servers` never meets another project's `tests`."""
