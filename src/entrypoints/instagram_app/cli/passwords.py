"""Asking for passwords."""

import getpass
import sys

from instagram_app.cli.failure import Failure


def ask_password() -> str:
    """Give a password: typed twice on a terminal, else the first line of standard input."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise Failure("a password is needed: give it as the first line of standard input")
        return password
    password = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != password:
        raise Failure("the two passwords differ")
    return password
