-- Gives the present moment, and a page if nothing that it rests on was bumped since its moment.
-- KEYS: the moments, the page. ARGV: what the caller has seen of the moments, what the keys of
-- versions begin with.

local HEAD, AT_FIRST, AT_ONCE = 24, 2048, 500

local start, now = moments(KEYS[1], tonumber(ARGV[1]))

-- The names that a page rests on, each ended by a byte that no text holds; nil for no page.
local function described(page)
  local head = call('GETRANGE', page, 0, AT_FIRST - 1)
  if #head < HEAD then
    return nil
  end
  local moment, _, _, length = struct.unpack('>I8I8I4I4', head)
  if HEAD + length > #head then
    head = call('GETRANGE', page, 0, HEAD + length - 1)
  end
  return moment, string.sub(head, HEAD + 1, HEAD + length)
end

local function were_bumped(names, since)
  local keys = {}
  local function any()
    for _, version in ipairs(call('MGET', unpack(keys))) do
      if version and tonumber(version) > since then
        return true
      end
    end
    keys = {}
    return false
  end
  for name in string.gmatch(names, '([^\255]*)\255') do
    keys[#keys + 1] = ARGV[2] .. name
    if #keys == AT_ONCE and any() then
      return true
    end
  end
  return #keys > 0 and any()
end

local moment, names = described(KEYS[2])
if not moment or moment < start or moment > now or were_bumped(names, moment) then
  return {now, false}
end
return {now, call('GET', KEYS[2])}
