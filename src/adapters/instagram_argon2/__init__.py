"""Passwords by argon2id."""

from instagram_argon2.passwords import Argon2PasswordHasher

__all__ = ["Argon2PasswordHasher"]
