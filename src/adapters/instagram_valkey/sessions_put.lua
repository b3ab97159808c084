-- Keeps the copy of a session, if the user was not forgotten since the ticket was given.
--
-- KEYS   as of sessions_find
-- ARGV   the time in microseconds, or nothing for the server's own; the ticket; the hash of the
--        token; the copy; the seconds for which it lasts; how many copies a user may have
-- Gives  1 if it was kept

if redis.call('HGET', KEYS[1], 'ticket') ~= ARGV[2] then
  return 0
end
local now = ARGV[1]
if now == '' then
  local time = redis.call('TIME')
  now = time[1] .. string.format('%06d', time[2])
end
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[6]) then
  -- Nobody says when a session ends by itself; whoever has so many begins anew.
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'ticket', ARGV[2])
end
redis.call('HSET', KEYS[1], ARGV[3], now .. ' ' .. ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return 1
