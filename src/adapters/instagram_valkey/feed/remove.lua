-- Removes a member, and ends a rebuild under way, whose snapshot may hold it.
-- KEYS: the list. ARGV: the member.

local key, member = KEYS[1], ARGV[1]
local first = call('LINDEX', key, 0)
if not first then
  return 0
end
if byte(first) == MARK then
  return call('DEL', key)
end
-- What was cut off became the floor, which stays.
if order(member, first) > 0 then
  return call('LREM', key, -1, member)
end
return 0
