"""Untrusted pictures, read in processes that may die, by whatever library a program brings."""

from instagram_sandbox.processor import SandboxedImageProcessor
from instagram_sandbox.program import Program

__all__ = ["Program", "SandboxedImageProcessor"]
