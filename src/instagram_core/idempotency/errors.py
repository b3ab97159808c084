"""How a key is refused."""

from instagram_core.kernel.errors import DomainError


class KeyReusedError(DomainError):
    """The key came before with another request."""

    code = "idempotency_key_reused"
