-- Gives the present moment, and the mark of a page if nothing that it rests on was bumped since its
-- own moment. The page itself is read beside this: to carry it through here costs more than all
-- the rest.
-- KEYS: the moments, the page. ARGV: what the caller has seen of the moments.

local HEAD, AT_FIRST, AT_ONCE = 20, 2560, 1000

local start, now = moments(KEYS[1], tonumber(ARGV[1]))
local head = call('GETRANGE', KEYS[2], 0, AT_FIRST - 1)
if #head < HEAD then
  return {now, false}
end
local moment, mark, length = struct.unpack('>I8c8I4', head)
if moment < start or moment > now then
  return {now, false}
end
if HEAD + length > #head then
  head = call('GETRANGE', KEYS[2], 0, HEAD + length - 1)
end
local names = cjson.decode(string.sub(head, HEAD + 1, HEAD + length))
for first = 1, #names, AT_ONCE do
  local last = math.min(first + AT_ONCE - 1, #names)
  local versions = call('MGET', unpack(names, first, last))
  for index = 1, #versions do
    if versions[index] and tonumber(versions[index]) > moment then
      return {now, false}
    end
  end
end
return {now, mark}
