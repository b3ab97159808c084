"""The reference implementation of every port: readable, complete, within one process."""
