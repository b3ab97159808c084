"""What a picture may cost."""

import json
from typing import Final

import attrs

ENCODINGS: Final = ("webp", "jpeg")


@attrs.frozen(kw_only=True)
class Limits:
    """Bounds of one picture, and what is made of it; travels to the sandbox as JSON."""

    max_bytes: int = attrs.field(default=10 * 1024 * 1024, validator=attrs.validators.gt(0))
    max_pixels: int = attrs.field(default=50_000_000, validator=attrs.validators.gt(0))
    seconds: float = attrs.field(default=10.0, validator=attrs.validators.gt(0))
    """Processor time, not waiting time: a busy machine is no fault of the picture."""
    memory_bytes: int = attrs.field(default=1280 * 1024 * 1024, validator=attrs.validators.gt(0))
    encodings: tuple[str, ...] = attrs.field(default=ENCODINGS)

    @encodings.validator
    def _known(self, _: object, value: tuple[str, ...]) -> None:
        if not value or len(set(value)) < len(value) or not set(value) <= set(ENCODINGS):
            raise ValueError(f"encodings are some of {', '.join(ENCODINGS)}, not {value}")

    def to_json(self) -> str:
        """Give the form that `from_json` reads."""
        return json.dumps(attrs.asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Limits":
        """Give the limits back."""
        fields = json.loads(text)
        return cls(**{**fields, "encodings": tuple(fields["encodings"])})
