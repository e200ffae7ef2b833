/** Damages messages in the ways that break parsers: bytes, lines and values lost, doubled, swapped, swollen. */

export type Random = () => number;
type Mutation = (message: Buffer, random: Random) => Buffer;

const SEPARATORS = ['\r\n', '\r', '\n', '\r\n ', '\r\n\r\n', ':', ';', ',', '=', '"', '\\', '<', '>', '@', '%', '%00', '%FF', '[', ']', '?', '&', ' ', '\t', '\0', '\u00e9', '\ufeff', '*', '-', '0', '99999999999999999999'];
const MAX_REPEATS = 2_000;

export function pick<T>(from: readonly T[], random: Random): T {
  const item = from[Math.floor(random() * from.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

function splice(message: Buffer, at: number, remove: number, insert: Buffer): Buffer {
  return Buffer.concat([message.subarray(0, at), insert, message.subarray(at + remove)]);
}

function position(message: Buffer, random: Random): number {
  return Math.floor(random() * (message.length + 1));
}

function onLines(change: (lines: string[], random: Random) => void): Mutation {
  return (message, random) => {
    const lines = message.toString('latin1').split('\r\n');
    change(lines, random);
    return Buffer.from(lines.join('\r\n'), 'latin1');
  };
}

const MUTATIONS: readonly Mutation[] = [
  (message, random) => message.subarray(0, position(message, random)),
  (message, random) => {
    const copy = Buffer.from(message);
    if (copy.length > 0) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    return copy;
  },
  (message, random) => splice(message, position(message, random), 0, Buffer.from(pick(SEPARATORS, random))),
  (message, random) => splice(message, position(message, random), Math.floor(random() * 40), Buffer.alloc(0)),
  (message, random) => splice(message, position(message, random), 0, Buffer.from(pick(SEPARATORS, random).repeat(Math.floor(random() * MAX_REPEATS)))),
  (message, random) => {
    const start = position(message, random);
    return splice(message, position(message, random), 0, message.subarray(start, start + Math.floor(random() * 200)));
  },
  onLines((lines, random) => void lines.splice(Math.floor(random() * lines.length), 1)),
  onLines((lines, random) => void lines.splice(Math.floor(random() * lines.length), 0, pick(lines, random))),
  onLines((lines, random) => {
    const [one, other] = [Math.floor(random() * lines.length), Math.floor(random() * lines.length)];
    const line = lines[one] ?? '';
    lines[one] = lines[other] ?? '';
    lines[other] = line;
  }),
  onLines((lines, random) => {
    const line = pick(lines, random);
    const copies = Math.floor(random() * 300);
    lines.splice(1, 0, ...Array.from({ length: copies }, () => line));
  }),
];

/** The message after one to four mutations; at most a little longer than a datagram can be. */
export function mutated(message: Buffer, random: Random): Buffer {
  let result = message;
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) result = pick(MUTATIONS, random)(result, random);
  return result.subarray(0, 66_000);
}
