import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compact, expand, formatSdp, keepCodecs, parseSdp, SdpError } from '../../shared/sdp/index.ts';
import { SipSyntaxError } from '../../shared/sip/message/syntax-error.ts';
import { MalformedMessageError } from '../../shared/sip/parser/malformed-message-error.ts';
import { isKeepAlive, parseMessage } from '../../shared/sip/parser/parser.ts';
import { validate } from '../../shared/sip/parser/validate.ts';
import { serialize } from '../../shared/sip/serializer/serializer.ts';
import { seededRandom } from '../support/sip/seeded-random.ts';
import { TORTURE, tortureDatagram } from '../support/sip/torture.ts';
import { BROWSERS, offerOf } from '../support/sdp-fixtures.ts';
import { mutated, pick } from './mutations.ts';

/** A million in `npm run fuzz`. */
const MESSAGES = Number(process.env['SIPCAST_FUZZ_MESSAGES'] ?? 20_000);
const SEED = Number(process.env['SIPCAST_FUZZ_SEED'] ?? 1);
const MAX_MS = 5;
/** A message over the limit is measured again: other processes and the collector share this machine. */
const RETRIES = 5;
/** Some 0.1 ms each on an idle machine. */
const TIMEOUT_MS = Math.max(60_000, MESSAGES);
const MAX_GROWTH_BYTES = 50 * 1024 * 1024;

const CAPTURES = new URL('../../captures/', import.meta.url);

/** UDP payloads that look like SIP in the committed captures, found without reading the format: they are plain text. */
function capturedMessages(): Buffer[] {
  let files: string[];
  try {
    files = readdirSync(CAPTURES).filter((file) => file.endsWith('.pcapng'));
  } catch {
    return [];
  }
  return files.flatMap((file) => {
    const bytes = readFileSync(new URL(file, CAPTURES)).toString('latin1');
    return (bytes.match(/(?:SIP\/2\.0 [1-6][0-9]{2} |(?:[A-Z]{3,9}) sips?:)[^\0]*/g) ?? []).map((text) => Buffer.from(text, 'latin1'));
  });
}

/** Reads everything that there is to read. @returns whether it was a message */
function exercise(datagram: Buffer): boolean {
  if (isKeepAlive(datagram)) return false;
  try {
    const message = parseMessage(datagram);
    validate(message);
    const again = parseMessage(serialize(message));
    expect([...again.headers.entries()].filter(([name]) => name !== 'Content-Length')).toEqual([...message.headers.entries()].filter(([name]) => name !== 'Content-Length'));
    return true;
  } catch (error) {
    if (!(error instanceof SipSyntaxError)) throw error;
    if (error instanceof MalformedMessageError) serialize(error.partial);
    return false;
  }
}

function slowest(datagram: Buffer): number {
  let fastest = Infinity;
  for (let attempt = 0; attempt <= RETRIES && fastest > MAX_MS; attempt++) {
    const start = performance.now();
    try {
      validate(parseMessage(datagram));
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
    }
    fastest = Math.min(fastest, performance.now() - start);
  }
  return fastest;
}

describe('the SIP parser', () => {
  it(`survives ${MESSAGES} damaged and random messages, none for longer than ${MAX_MS} ms`, { timeout: TIMEOUT_MS }, () => {
    const random = seededRandom(SEED);
    const originals = [...TORTURE.map(tortureDatagram), ...capturedMessages()];
    let valid = 0;
    let heapAfterWarmUp = 0;
    for (let i = 0; i < MESSAGES; i++) {
      const isRandom = random() < 0.05;
      const datagram = isRandom ? Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256))) : mutated(pick(originals, random), random);
      const hint = (): string => `seed ${SEED}, message ${i}: ${datagram.toString('base64').slice(0, 4_000)}`;
      const took = slowest(datagram);
      if (took > MAX_MS) expect.fail(`${took.toFixed(1)} ms for ${hint()}`);
      try {
        if (exercise(datagram)) valid++;
      } catch (cause) {
        throw new Error(`Not survived: ${hint()}`, { cause });
      }
      if (i === Math.floor(MESSAGES / 4)) heapAfterWarmUp = process.memoryUsage().heapUsed;
    }
    // Mutations that never leave a message whole would test only the first line of defence.
    expect(valid / MESSAGES).toBeGreaterThan(0.05);
    expect(process.memoryUsage().heapUsed - heapAfterWarmUp).toBeLessThan(MAX_GROWTH_BYTES);
  });
});

describe('the SDP parser', () => {
  it(`survives ${MESSAGES / 10} damaged offers`, { timeout: TIMEOUT_MS }, () => {
    const random = seededRandom(SEED);
    const originals = BROWSERS.flatMap((browser) => [offerOf(browser), offerOf(browser, 'gathered'), offerOf(browser, 'data-channel')]).map((text) => Buffer.from(text));
    for (let i = 0; i < MESSAGES / 10; i++) {
      const text = mutated(pick(originals, random), random).toString('utf8');
      try {
        const offer = keepCodecs(parseSdp(text), { audio: ['opus'], video: ['VP8'] });
        parseSdp(formatSdp(expand(parseSdp(formatSdp(compact(offer))))));
      } catch (error) {
        if (!(error instanceof SdpError)) throw new Error(`Not survived: seed ${SEED}, offer ${i}`, { cause: error });
      }
    }
  });
});
