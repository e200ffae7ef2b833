/**
 * The one script that changes the directory in the engine: all parts of one entry at once, or none.
 *
 * Of a name, the first key is its head, which begins with the claim of whoever holds it: `{"claim":"<base>.<generation>",…`. The base
 * changes when the name changes hands, the generation whenever its head is made anew or a binding is added. So a daemon that knows only of
 * an earlier holder, or of none, or thinks that the holder's time is over when he has renewed it, cannot give the name to another.
 */

/** What is to become of one key. */
export type Action =
  /** Written, whatever was there. */
  | 'set'
  /** Written where nothing is there. */
  | 'new'
  /** Removed. */
  | 'delete'
  /** Removed where it is still what we know. */
  | 'cut'
  /** The same; and where it is not what we know, the whole change is refused. */
  | 'gone'
  /** As `cut` of a head, whatever its claim. */
  | 'cut-head'
  /** A head: written, for as long as any part lives. */
  | 'head'
  /** A head: left as it is, for as long as any part lives; written where it is not there. */
  | 'keep'
  | 'leave';

/** Who may hold the name; of other entries than names there is none. */
export interface Guard {
  /** What the head must begin with where it is there; `ABSENT` where it must not be. */
  readonly known: string;
  /** What it also may begin with: that of this very change, should it be carried out a second time. */
  readonly own: string;
  /** The claim that a head which is there gets; '' for the one that it has. */
  readonly claim: string;
  /** The claim of a head that is made. */
  readonly fresh: string;
}

/** Begins no head. */
export const ABSENT = '-';

export const CLAIM_START = '{"claim":"';
const CLAIM_LENGTH = CLAIM_START.length;

/** Answers of the script: `ok <claim>`, or why nothing was done. */
export const LATE = 'late';
export const HELD = 'held';

/** ARGV: deadline (the engine's ms, 0 for none), the guard's four ('' for none), and for each key action, text and life in ms. */
export const WRITE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] ~= '0' and now > tonumber(ARGV[1]) then return '${LATE}' end
local claim = ''
if ARGV[2] ~= '' then
  local head = redis.call('GET', KEYS[1])
  if head and string.sub(head, 1, ${CLAIM_LENGTH}) == '${CLAIM_START}' then
    if string.sub(head, 1, #ARGV[2]) ~= ARGV[2] and string.sub(head, 1, #ARGV[3]) ~= ARGV[3] then return '${HELD}' end
    claim = ARGV[4] ~= '' and ARGV[4] or string.match(head, '^{"claim":"([^"]*)"')
  else
    claim = ARGV[5]
  end
end
for i, key in ipairs(KEYS) do
  if ARGV[3 * i + 3] == 'gone' then
    local text = redis.call('GET', key)
    if text and text ~= ARGV[3 * i + 4] then return '${HELD}' end
  end
end
for i, key in ipairs(KEYS) do
  local at = 3 * i + 2
  local action, text, life = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  if action == 'set' then
    redis.call('SET', key, text, 'PX', life)
  elseif action == 'new' then
    redis.call('SET', key, text, 'PX', life, 'NX')
  elseif action == 'delete' or action == 'gone' then
    redis.call('DEL', key)
  elseif action == 'cut' then
    if redis.call('GET', key) == text then redis.call('DEL', key) end
  elseif action == 'cut-head' then
    local head = redis.call('GET', key)
    if head and string.match(head, '^{"claim":"[^"]*",(.*)$') == string.sub(text, 2) then redis.call('DEL', key) end
  elseif action == 'head' or action == 'keep' then
    local left = redis.call('PTTL', key)
    if left < 0 or action == 'head' then
      redis.call('SET', key, '${CLAIM_START}' .. claim .. '",' .. string.sub(text, 2), 'PX', math.max(left, tonumber(life)))
    elseif left < tonumber(life) then
      redis.call('PEXPIRE', key, life)
    end
  end
end
return 'ok ' .. claim
`;

const NO_GUARD = ['', '', '', ''];

/** ARGV of the script, apart from what stands for each key. @param deadline the engine's ms; undefined where it may be carried out at any time */
export function scriptHead(deadline: number | undefined, guard: Guard | undefined): string[] {
  return [String(deadline === undefined ? 0 : Math.round(deadline)), ...(guard ? [guard.known, guard.own, guard.claim, guard.fresh] : NO_GUARD)];
}

/** A life as the engine takes it: at least a millisecond. */
export function life(milliseconds: number): string {
  return String(Math.max(1, Math.round(milliseconds)));
}

/** A head's claim, and the rest as JSON; undefined for what is none. */
export function parseHead(text: string): { claim: string; text: string } | undefined {
  const match = /^\{"claim":"([^"]+)",/.exec(text);
  return match?.[1] === undefined ? undefined : { claim: match[1], text: `{${text.slice(match[0].length)}` };
}
