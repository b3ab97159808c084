-- Raises each version above what it was, and above every one that was given before, also by a
-- server that lost its memory since: versions follow the time, in microseconds. Gives the version
-- of the store itself.
-- KEYS: the version of the store itself, which is made when it is not there; then those to raise.
-- ARGV: their life in milliseconds.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local store = redis.call('GET', KEYS[1])
if not store then
  store = string.format('%.0f', now)
  redis.call('SET', KEYS[1], store)
end
for index = 2, #KEYS do
  local key = KEYS[index]
  local version = math.max(now, tonumber(store) + 1, tonumber(redis.call('GET', key) or 0) + 1)
  redis.call('SET', key, string.format('%.0f', version), 'PX', ARGV[1])
end
return store
