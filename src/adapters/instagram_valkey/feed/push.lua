-- Adds a member to each list that is there, and gives how many took it.
-- KEYS: the lists. ARGV: the member, the most entries a list may have.

local member, most = ARGV[1], tonumber(ARGV[2]) + 1 -- the floor is one more
local NEAR = 8
local instant = struct.unpack('>I6', member)

-- Puts a member that is not the newest in its place; gives the new length, or nil when it is there
-- already or belongs at or below the floor.
local function insert(key, length)
  -- A mark is older than no member: what is below the floor behind it ends at index 0 as well.
  local index = boundary(key, 0, length, member)
  local there = call('LINDEX', key, index)
  if index == 0 or (there and order(there, member) == 0) then
    return nil
  end
  return call('LINSERT', key, 'AFTER', call('LINDEX', key, index - 1), member)
end

-- Puts a member, which is the last by now, in its place, as `insert` does. Posts that are published
-- at once come a few places out of order: those places are looked at first, all in one look.
local function settle(key, length)
  local newest = call('LRANGE', key, -NEAR - 1, -2)
  for at = #newest, 1, -1 do
    local stands = order(newest[at], member)
    if stands == 0 then
      call('RPOP', key)
      return nil
    elseif stands < 0 then
      if at < #newest then
        call('RPOP', key, #newest - at + 1)
        call('RPUSH', key, member, unpack(newest, at + 1))
      end
      return length
    end
  end
  call('RPOP', key)
  return insert(key, length - 1)
end

-- Lets the oldest go when there are too many, so that the next becomes the floor.
local function trim(key, length)
  if length <= most then
    return
  end
  local oldest = call('LPOP', key)
  if byte(oldest) == MARK then
    if length > most + 1 then
      call('LPOP', key)
    end
    call('LPUSH', key, oldest)
  end
end

local taken = 0
for index = 1, #KEYS do
  local key = KEYS[index]
  local length = call('RPUSHX', key, member)
  if length > 0 then
    -- Nearly always it is the newest: then nothing else is looked at.
    if struct.unpack('>I6', call('LINDEX', key, -2)) >= instant then
      length = settle(key, length)
    end
    if length then
      taken = taken + 1
      trim(key, length)
    end
  end
end
return taken
