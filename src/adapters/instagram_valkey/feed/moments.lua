-- Goes before each of the other scripts here that work on kept pages.
--
-- Moments are microseconds of the server's clock that never fall: a bump raises the present one, by
-- one where the clock does not. A hash holds it (`now`), and the one with which it began (`start`):
-- what was bumped before that is not known any more.

local call = redis.call

local function clock()
  local time = call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end

-- Gives the first moment and the present one. They begin anew where they are lost, and where the
-- present one is below `least`, which is what the caller has seen already: above that, for what was
-- bumped at it, or since, may be lost.
local function moments(key, least)
  local found = call('HMGET', key, 'start', 'now')
  local start, now = tonumber(found[1]), tonumber(found[2])
  if not start or now < least then
    now = math.max(clock(), least + 1)
    start = now
    call('HSET', key, 'start', string.format('%.0f', start), 'now', string.format('%.0f', now))
  end
  return start, now
end
