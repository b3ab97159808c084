-- Gives what `window` gives of each list.
-- KEYS: the lists. ARGV: the most entries, the position below which they lie or ''.

local windows = {}
for index = 1, #KEYS do
  windows[index] = window(KEYS[index], tonumber(ARGV[1]), ARGV[2])
end
return windows
