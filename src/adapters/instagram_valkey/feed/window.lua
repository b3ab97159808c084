-- Gives of each list its floor and some entries as one string, oldest first; nil where no list is
-- finished. KEYS: the lists. ARGV: the most entries, the position below which they lie or ''.

local limit, after = tonumber(ARGV[1]), ARGV[2]

local windows = {}
for index = 1, #KEYS do
  local key = KEYS[index]
  local floor = call('LINDEX', key, 0)
  if not floor or byte(floor) == MARK then
    windows[index] = false
  else
    local last = call('LLEN', key)
    if after ~= '' then
      last = boundary(key, 1, last, after)
    end
    local found = {}
    if last > 1 and limit > 0 then
      found = call('LRANGE', key, math.max(1, last - limit), last - 1)
    end
    windows[index] = string.sub(floor, 1, POSITION) .. table.concat(found)
  end
end
return windows
