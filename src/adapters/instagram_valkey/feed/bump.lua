-- Begins a new moment, and notes it as the version of each name.
-- KEYS: the moments, then versions. ARGV: what the caller has seen of the moments, the versions'
-- life in milliseconds.

local _, last = moments(KEYS[1], tonumber(ARGV[1]))
local now = string.format('%.0f', math.max(clock(), last + 1))
call('HSET', KEYS[1], 'now', now)
for index = 2, #KEYS do
  call('SET', KEYS[index], now, 'PX', ARGV[2])
end
return 1
