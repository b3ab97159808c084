-- Looks for the copy of a session, and gives a ticket with which one may be put.
--
-- KEYS   what is kept of a user: the ticket under "ticket", each copy under the hash of its token
--        (the time in microseconds at which it was put, a space, the copy)
-- ARGV   the time in microseconds, or nothing for the server's own; the hash; a ticket for a user
--        of whom nothing is kept
-- Gives  the time now, the ticket and the copy if there is one

local TICKET_SECONDS = 3600

local now = ARGV[1]
if now == '' then
  local time = redis.call('TIME')
  now = time[1] .. string.format('%06d', time[2])
end
local kept = redis.call('HMGET', KEYS[1], 'ticket', ARGV[2])
if not kept[1] then
  redis.call('HSET', KEYS[1], 'ticket', ARGV[3])
  redis.call('EXPIRE', KEYS[1], TICKET_SECONDS)
  return {now, ARGV[3], false}
end
return {now, kept[1], kept[2]}
