-- Judges one attempt against several limits at once, and counts it in all of them or in none.
--
-- KEYS   a list of accepted times for each limit, in milliseconds, oldest first
-- ARGV   the time in milliseconds, or nothing for the server's own; then for each limit how many
--        attempts it allows and the length of its window in milliseconds
-- Gives  1 or 0 (allowed or not), the number of the tightest limit, the attempts that remain, the
--        time at which it resets and the time now

local now
-- A clock that is given may stand still for as long as a test likes; keys must outlast that.
local longer = 0
if ARGV[1] == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
else
  now = tonumber(ARGV[1])
  longer = 3600000
end

local function insert(key)
  local last = tonumber(redis.call('LINDEX', key, -1) or 0)
  if last <= now then
    return redis.call('RPUSH', key, now), now
  end
  -- The clock stepped back; what it had counted before still counts.
  for _, at in ipairs(redis.call('LRANGE', key, 0, -1)) do
    if tonumber(at) > now then
      return redis.call('LINSERT', key, 'BEFORE', at, now), last
    end
  end
end

local refusing, refused_until
for number, key in ipairs(KEYS) do
  local attempts, window = tonumber(ARGV[2 * number]), tonumber(ARGV[2 * number + 1])
  local oldest = redis.call('LINDEX', key, 0)
  while oldest and tonumber(oldest) <= now - window do
    redis.call('LPOP', key)
    oldest = redis.call('LINDEX', key, 0)
  end
  if redis.call('LLEN', key) >= attempts then
    -- Not the oldest, where the limit was lowered meanwhile.
    local reset = redis.call('LINDEX', key, -attempts) + window
    if not refusing or reset > refused_until then
      refusing, refused_until = number, reset
    end
  end
end
if refusing then
  return {0, refusing, 0, refused_until, now}
end

local tightest, remaining, resets
for number, key in ipairs(KEYS) do
  local attempts, window = tonumber(ARGV[2 * number]), tonumber(ARGV[2 * number + 1])
  local count, last = insert(key)
  redis.call('PEXPIRE', key, last + window - now + longer)
  local left, reset = attempts - count, redis.call('LINDEX', key, 0) + window
  if not tightest or left < remaining or (left == remaining and reset > resets) then
    tightest, remaining, resets = number, left, reset
  end
end
return {1, tightest, remaining, resets, now}
