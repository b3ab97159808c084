"""What a timeline on Valkey might be made of, each with the script that adds one entry to many.

All do the same for an entry that is newer than what is there: skip readers without a timeline,
add, and over the cap let the oldest go. Only what is in use can also take late entries.
"""

from collections.abc import Sequence
from typing import Final, Literal

import attrs

MEMBER: Final = 38
_SORTED_SET: Final = """
local call, member, most = redis.call, ARGV[1], tonumber(ARGV[2]) + 1
local taken = 0
for index = 1, #KEYS do
  local key = KEYS[index]
  local floor = call('ZRANGE', key, 0, 0)[1]
  if floor and floor < member then
    taken = taken + call('ZADD', key, 0, member)
    if call('ZCARD', key) > most then
      call('ZREMRANGEBYRANK', key, 0, 0)
    end
  end
end
return taken
"""
_STRING: Final = """
local call, member, cap = redis.call, ARGV[1], tonumber(ARGV[2])
local time = struct.unpack('>I6', member)
local taken = 0
for index = 1, #KEYS do
  local key = KEYS[index]
  local all = call('GET', key)
  if all and struct.unpack('>I6', all, #all - #member + 1) < time then
    call('SET', key, string.sub(all, -cap * #member) .. member, 'KEEPTTL')
    taken = taken + 1
  end
end
return taken
"""
_RING: Final = """
local call, member, most = redis.call, ARGV[1], tonumber(ARGV[2]) + 1
local time = struct.unpack('>I6', member)
local taken = 0
for index = 1, #KEYS do
  local key = KEYS[index]
  local head = call('GETRANGE', key, 0, 7)
  if head ~= '' then
    local newest, slot = struct.unpack('>I6I2', head)
    if newest < time then
      call('SETRANGE', key, 8 + slot * #member, member)
      call('SETRANGE', key, 0, struct.pack('>I6I2', time, (slot + 1) % most))
      taken = taken + 1
    end
  end
end
return taken
"""


@attrs.frozen
class Structure:
    """One way to keep a timeline."""

    name: str
    body: str | None
    """The script that adds; None: the adapter's own."""
    kind: Literal["ZADD", "RPUSH", "SET", "RING"]
    options: tuple[str, ...] = ()
    """Of the server."""

    def full(self, key: bytes, members: Sequence[bytes]) -> tuple[str | bytes | int, ...]:
        """Give the command that makes a full timeline, its floor being the first member."""
        if self.kind == "ZADD":
            return (self.kind, key, *(word for each in members for word in (0, each)))
        if self.kind == "RPUSH":
            return (self.kind, key, *members)
        head = members[-1][:6] + bytes(2) if self.kind == "RING" else b""
        return ("SET", key, head + b"".join(members))


LISTPACKS: Final = ("--zset-max-listpack-entries", "600")
STRUCTURES: Final = (
    Structure("sorted set", _SORTED_SET, "ZADD"),
    Structure("sorted set, one listpack", _SORTED_SET, "ZADD", LISTPACKS),
    Structure("string, written anew", _STRING, "SET"),
    Structure("string, a ring", _RING, "RING"),
    Structure("list (in use)", None, "RPUSH"),
)
