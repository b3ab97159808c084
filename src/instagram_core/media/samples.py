"""One small picture in every format that is read, for whoever asks what a machine can decode."""

import base64
from collections.abc import Mapping
from typing import Final

from instagram_core.media.model import ImageFormat

WIDTH: Final = 32
HEIGHT: Final = 16

QUARTERS: Final = ((220, 40, 40), (40, 180, 60), (40, 60, 200), (250, 250, 250))
"""Red, green, blue and near white, row by row: what each quarter of the picture shows."""

_BASE64: Final = {
    ImageFormat.JPEG: (
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUf"
        "GhsjHBYWICwgIyYnKSopGR8tMC0oMCUoKSj/2wBDAQcHBwoIChMKChMoGhYaKCgoKCgoKCgoKCgoKCgoKCgo"
        "KCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCgoKCj/wAARCAAQACADAREAAhEBAxEB/8QAFwABAQEBAAAA"
        "AAAAAAAAAAAAAAYHCP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAZAQEAAgMAAAAAAAAAAAAAAAAABgcDBQj/"
        "xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCSR1c4CoYHKYDN1+JaA7wVY3AD/9k="
    ),
    ImageFormat.PNG: (
        "iVBORw0KGgoAAAANSUhEUgAAACAAAAAQCAIAAAD4YuoOAAAANElEQVR4nGO8o6HBQArw6REhST0TSarJAKMW"
        "jFpAOWDUsDlBkoZL+4xIUj/0g2jUghFgAQBucwUl9TRbcQAAAABJRU5ErkJggg=="
    ),
    ImageFormat.WEBP: (
        "UklGRkwAAABXRUJQVlA4IEAAAACQAgCdASogABAAAUAmJaACdMoR7X4B+EH43AZd0AD+8aEf/8BD/+ESI//x"
        "c//fP2o6qD/7XY///ci8TcB53QAA"
    ),
    ImageFormat.GIF: (
        "R0lGODdhIAAQAIEAAPr6+ii0PCg8yNwoKCwAAAAAIAAQAEAIYQAHCBxIsOCAAAgTKlwYQIDDhxAjCgBAsaLF"
        "iwAMahzIsGNCiSAfYhxZceNGjx5NakTZMWRIkiRdgoQ5UqVBlgxtFsS5UCdBngp9cgSKUKZEmhiNRkR6USlE"
        "phadioRKMSAAOw=="
    ),
    ImageFormat.HEIC: (
        "AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAAX5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAA"
        "AAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABogABAAAAAAAAAUQAAAAjaWluZgAAAAAAAQAAABVp"
        "bmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/mlwcnAAAADeaXBjbwAAAHdodmNDAQQIAAAAnjgA"
        "AAAAHvAA/P/4+AAADwNgAAEAF0ABDAH//wQIAAADAJ44AAADAAAeugJAYQABACpCAQEECAAAAwCeOAAAAwAA"
        "HpAEECCy3VXTXNwENBgQAAADAZAAAAMAEIBiAAEACEQBwXMYMBiQAAAAE2NvbHJuY2x4AAEADQAGgAAAABRp"
        "c3BlAAAAAAAAAEAAAABAAAAAKGNsYXAAAAAgAAAAAQAAABAAAAAB////4AAAAAL////QAAAAAgAAABBwaXhp"
        "AAAAAAMICAgAAAAYaXBtYQAAAAAAAAABAAEFgQIDBYQAAAFMbWRhdAAAAUAoAa8OyHYW6sA10Tta4AP/uf5D"
        "KL6S6xHwf6XX6/+sE90spLLLP0NfdduuM2N9oTHJBT+zGc3uXDtovtx2BYo5ALU2fj4n8bL8j/KfzzFK5gFb"
        "bUwajY1sszgtKk/SDsLonaCKCLzZRv4U5o1tiuwweweJR5YefRmIpjYkptw9Fg49nbLziKiweoPQGgmX/G+n"
        "HObYAqCoazcWPEoicuEJcKAF9ijRDiAIY/HQDK/lb0trfmXJBamk0Lp6/8chia5CygoBzZRAf0/zl6OYoS/E"
        "01u2NyGs0+IVqFMh0CG0xaYZuB+Mi7DFPw8tCJ9sxOndvTgTmjhazIg2FuBaIRyTcIAQjazCYZh4QmlcXXLN"
        "hLiQcmG6uSEbaeHg2OQytwAy7xHpz0Jj/Mulpm6UyJchzP+L/F/E9u/h/4XQfnwPQA=="
    ),
}

SAMPLES: Final[Mapping[ImageFormat, bytes]] = {
    image_format: base64.b64decode(text) for image_format, text in _BASE64.items()
}
