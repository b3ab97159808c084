"""One unit of work over the repositories of a family."""

from abc import abstractmethod
from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Transaction(Protocol):
    """Opens a transaction that every repository of the family joins while it lasts.

    - Nested use joins the outer one; only the outermost commits.
    - An error that passes through any level dooms the whole: if somebody swallows it, leaving the
      outermost block raises TransactionDoomed and nothing is stored.
    - It belongs to the task that opened it: a repository call from another task that inherited
      the context raises ForeignTaskError.
    - No remote call to anything else (files, brokers) belongs inside.
    """

    @abstractmethod
    def __call__(self) -> AbstractAsyncContextManager[None]:
        """Give the block: commits when left normally, rolls back when left by an error."""
