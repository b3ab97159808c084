-- Gives a part of a timeline and who is pulled beside it; nil where no timeline is finished.
-- KEYS: the list, who is pulled. ARGV: as of window.

local pulled = call('GET', KEYS[2])
if not pulled then
  return false -- it cannot be told what is missing in the list
end
local found = window(KEYS[1], tonumber(ARGV[1]), ARGV[2])
return found and {found, pulled}
