import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../../../front/page/src/ladder/explain/body.ts';
import { addressOf } from '../../../../../front/page/src/ladder/explain/explanation.ts';
import { explainHeader, knowsHeader } from '../../../../../front/page/src/ladder/explain/headers.ts';
import { explainSdp, knowsSdp } from '../../../../../front/page/src/ladder/explain/sdp.ts';
import { explainStartLine } from '../../../../../front/page/src/ladder/explain/start-line.ts';
import { readCapture } from '../../../../../front/page/src/ladder/model/capture-file.ts';
import { bodyType, readSip } from '../../../../../front/page/src/ladder/model/sip-text.ts';
import { whatIs } from '../../../../../front/page/src/ladder/model/what.ts';
import { repository } from '../../../../support/paths.ts';

const folder = join(repository, 'captures');
const messages = readdirSync(folder)
  .filter((name) => name.endsWith('.pcapng'))
  .flatMap((name) => readCapture(readFileSync(join(folder, name)), 10_000).messages)
  .map(({ raw }) => readSip(raw)!);

describe('every message of the committed captures', () => {
  it('is there to be explained', () => {
    expect(messages.length).toBeGreaterThan(200);
    expect(messages).not.toContain(undefined);
  });

  it('has only header fields with a sentence of their own', () => {
    const names = new Set(messages.flatMap(({ headers }) => headers.map(({ name }) => name)));
    expect(names.size).toBeGreaterThan(20);
    expect([...names].filter((name) => !knowsHeader(name))).toEqual([]);
  });

  it('has only session descriptions each line of which has a sentence of its own', () => {
    const lines = messages.filter((sip) => /sdp/.test(bodyType(sip))).flatMap(({ body }) => body.split('\r\n').filter((line) => line !== ''));
    expect(lines.length).toBeGreaterThan(500);
    expect(new Set(lines.filter((line) => !knowsSdp(line)))).toEqual(new Set());
  });

  it('has a first line that is explained, and a few words on what it is', () => {
    for (const sip of messages) {
      expect(explainStartLine(sip).text).not.toMatch(/^No (method|status)/);
      expect(whatIs(sip), sip.startLine).not.toBe('');
    }
  });
});

describe('explanations', () => {
  it('say so where nothing is known', () => {
    expect(explainHeader('X-Nonsense').text).toMatch(/^No header that this page knows/);
    expect(explainHeader('').text).toMatch(/^No header line/);
    expect(explainHeader('constructor').text).toMatch(/^No header that/);
    expect(explainSdp('a=x-nonsense:1').text).toMatch(/^No attribute/);
    expect(explainSdp('a=constructor').text).toMatch(/^No attribute/);
    expect(explainSdp('nonsense').text).toMatch(/^No line/);
    expect(explainStartLine(readSip('FLY sip:a SIP/2.0\r\n\r\n')!).text).toMatch(/^No method/);
    expect(explainStartLine(readSip('SIP/2.0 499 Odd\r\n\r\n')!).text).toMatch(/cannot be fulfilled/);
  });

  it('lead to the section of the standard', () => {
    expect(addressOf('RFC 3261 §20.42')).toBe('https://www.rfc-editor.org/rfc/rfc3261#section-20.42');
    expect(addressOf('RFC 3428')).toBe('https://www.rfc-editor.org/rfc/rfc3428');
    expect(addressOf('docs/people.md')).toBeUndefined();
  });

  it('read compact forms, folded lines and bodies', () => {
    const sip = readSip('INVITE sip:a@b SIP/2.0\r\nv: SIP/2.0/UDP h\r\nSubject: one\r\n two\r\nc: application/sdp\r\n\r\nv=0\r\na=mid:0\r\n')!;
    expect(sip.headers).toEqual([
      { name: 'Via', written: 'v', value: 'SIP/2.0/UDP h' }, { name: 'Subject', written: 'Subject', value: 'one two' }, { name: 'Content-Type', written: 'c', value: 'application/sdp' },
    ]);
    expect(readBody(sip)).toMatchObject({ kind: 'lines', lines: [{ line: 'v=0' }, { line: 'a=mid:0' }] });
    const json = readSip('NOTIFY sip:a SIP/2.0\r\nContent-Type: application/json\r\n\r\n{"a":[1]}')!;
    expect(readBody(json)).toEqual({ kind: 'text', text: '{\n  "a": [\n    1\n  ]\n}' });
    expect(readBody({ ...json, body: '{"a":' })).toEqual({ kind: 'text', text: '{"a":' });
  });
});
