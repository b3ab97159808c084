-- Goes before each of the other scripts here that work on lists.
--
-- A list holds members, oldest first: 6 bytes of big-endian milliseconds, 16 of the post, 16 of the
-- author. The first is the floor: only its 22 bytes of position count, and all of them are zero
-- when the list reaches back to the very first post. While somebody rebuilds the list, a mark comes
-- before the floor: the byte 255, which begins no member, and the token.

local call, byte = redis.call, string.byte
local MARK, POSITION = 255, 22

-- Tells how two positions stand: below zero when `one` is the older. (`<` on strings would follow
-- the language of the server's machine.)
local function order(one, other)
  local earlier, later = struct.unpack('>I6', one), struct.unpack('>I6', other)
  if earlier ~= later then
    return earlier - later
  end
  for at = 7, POSITION do
    local mine, theirs = byte(one, at), byte(other, at)
    if mine ~= theirs then
      return mine - theirs
    end
  end
  return 0
end

-- Gives the index of the first member from `low` on, below `high`, that is not older than a point;
-- `high` when all are. By bisection.
local function boundary(key, low, high, point)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if order(call('LINDEX', key, middle), point) < 0 then
      low = middle + 1
    else
      high = middle
    end
  end
  return low
end

-- Gives the floor of a list and up to `limit` entries older than `after` ('': the newest) as one
-- string, oldest first; false where no list is finished.
local function window(key, limit, after)
  local floor = call('LINDEX', key, 0)
  if not floor or byte(floor) == MARK then
    return false
  end
  local last = call('LLEN', key)
  if after ~= '' then
    last = boundary(key, 1, last, after)
  end
  local found = {}
  if last > 1 and limit > 0 then
    found = call('LRANGE', key, math.max(1, last - limit), last - 1)
  end
  return string.sub(floor, 1, POSITION) .. table.concat(found)
end
