"""The reference implementation of every port: readable, complete, within one process.

The relational family finds rows by looking at every row of a table: it is the specification that
adapters are compared with, and fit for scripts and tests. Timelines, cached pages and limits are
also the embedded default, so these stay quick and bounded.
"""
