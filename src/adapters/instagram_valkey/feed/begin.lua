-- Starts a rebuild and gives 1, or 0 when one is under way.
-- KEYS: the list, and what is kept beside it. ARGV: the token, its life in milliseconds.

local key = KEYS[1]
local first = call('LINDEX', key, 0)
if first and byte(first) == MARK then
  return 0
end
call('DEL', unpack(KEYS))
call('RPUSH', key, string.char(MARK) .. ARGV[1], string.rep('\0', POSITION))
call('PEXPIRE', key, ARGV[2])
return 1
