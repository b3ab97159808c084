-- Makes a list of a snapshot and of what was pushed since `begin`, and gives 1; or 0, changing
-- nothing, when the token is no longer the one under way.
-- KEYS: the list, and what is kept beside it, if anything. ARGV: the token, the most entries, the
-- list's life in milliseconds, the floor of the snapshot, its members as one string, oldest first,
-- what is to be kept beside it.

local WIDTH = 38
local key, most, floor = KEYS[1], tonumber(ARGV[2]), ARGV[4]
if call('LINDEX', key, 0) ~= string.char(MARK) .. ARGV[1] then
  return 0
end
local pushed = call('LRANGE', key, 1, -1)
if order(pushed[1], floor) > 0 then
  floor = pushed[1]
end

-- Both are in order: merge them above the floor, one member a position.
local merged = {}
local function keep(member)
  if order(member, merged[#merged] or floor) > 0 then
    merged[#merged + 1] = member
  end
end
local next_pushed = 2
for at = 1, #ARGV[5], WIDTH do
  local member = string.sub(ARGV[5], at, at + WIDTH - 1)
  while pushed[next_pushed] and order(pushed[next_pushed], member) < 0 do
    keep(pushed[next_pushed])
    next_pushed = next_pushed + 1
  end
  keep(member)
end
for index = next_pushed, #pushed do
  keep(pushed[index])
end

local first = 1
if #merged > most then
  first = #merged - most + 1
  floor = merged[first - 1]
end
call('DEL', key)
call('RPUSH', key, floor)
for index = first, #merged, 1000 do
  call('RPUSH', key, unpack(merged, index, math.min(index + 999, #merged)))
end
call('PEXPIRE', key, ARGV[3])
if KEYS[2] then
  call('SET', KEYS[2], ARGV[6], 'PX', ARGV[3])
end
return 1
