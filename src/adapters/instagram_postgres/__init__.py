"""The relational family on PostgreSQL 15 and later, and the embedded server of the wheel.

`database.py` holds the pool, `transaction.py` what repositories join, `errors.py` what failures
mean; the other modules are named after the capability whose ports they implement.
"""
