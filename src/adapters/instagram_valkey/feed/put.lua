-- Keeps a page in the place of what was there, unless the moments were lost since its own.
-- KEYS: the moments, the page. ARGV: what the caller has seen of the moments, the page's moment, the
-- page, its life in milliseconds.

local start, now = moments(KEYS[1], tonumber(ARGV[1]))
local moment = tonumber(ARGV[2])
if start <= moment and moment <= now then
  call('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
else
  call('DEL', KEYS[2])
end
return 1
