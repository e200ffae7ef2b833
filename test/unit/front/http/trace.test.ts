import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { someText } from '../../../support/front/expectations.ts';
import { CHEAP, Member } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

const PASSWORD = 'a password of operators';
const PROOF = { authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString('base64')}` };

let open: RunningFront;
let front: RunningFront;

beforeAll(async () => {
  [open, front] = await Promise.all([startFront(), startFront({ passwordCost: CHEAP, operatorPassword: PASSWORD, operatorEmails: ['boss@example.org'] })]);
});
afterAll(() => Promise.all([open.close(), front.close()]));

describe('GET /trace', () => {
  it('gives a ticket to whoever sits at this machine, each time another', async () => {
    const answers = await Promise.all([1, 2].map(async () => (await (await fetch(`${open.url}/trace`)).json()) as { ticket: string }));
    expect(answers).toEqual([{ ticket: expect.stringMatching(/^[\w-]{22}$/) as string }, { ticket: someText }]);
    expect(new Set(answers.map(({ ticket }) => ticket)).size).toBe(2);
  });

  it('gives none to those who come by a reverse proxy or a foreign name, or who only POST', async () => {
    expect((await fetch(`${open.url}/trace`, { headers: { 'x-forwarded-for': '192.0.2.1' } })).status).toBe(403);
    expect((await fetch(`${open.url}/trace`, { method: 'POST' })).status).toBe(405);
  });

  it('asks for the operators’ password where there is one, or takes the account of one', async () => {
    expect((await fetch(`${front.url}/trace`)).status).toBe(401);
    expect((await fetch(`${front.url}/trace`, { headers: PROOF })).status).toBe(200);
    const [boss, ana] = [new Member(front.url), await Member.create(front.url, 'ana')];
    await boss.send('POST', '/user/create/', { email: 'boss@example.org', first_name: 'Boss', last_name: 'Núñez', password: 'correct horse' }, { headers: PROOF });
    expect(await boss.send('GET', '/trace')).toMatchObject({ status: 200, body: { ticket: someText } });
    expect(await ana.send('GET', '/trace')).toMatchObject({ status: 401, body: { error: 'operators-only' } });
  });
});

describe('GET /captures', () => {
  it('lists the captures of the package, which anybody may have', async () => {
    const { captures } = (await (await fetch(`${front.url}/captures`)).json()) as { captures: { name: string; bytes: number }[] };
    expect(captures.map(({ name }) => name)).toContain('register-and-watch.pcapng');
    for (const { name, bytes } of captures) {
      const answer = await fetch(`${front.url}/captures/${name}`);
      expect([answer.status, answer.headers.get('content-type'), (await answer.arrayBuffer()).byteLength]).toEqual([200, 'application/vnd.tcpdump.pcap', bytes]);
    }
  });

  it.each(['README.md', '..%2fpackage.json', '%2e%2e%2fpackage.json', 'none.pcapng', '.pcapng'])('has nothing else: %s', async (name) => {
    const answer = await fetch(`${front.url}/captures/${name}`);
    expect([answer.status, await answer.json()]).toMatchObject([404, { error: expect.stringMatching(/^unknown-(capture|route)$/) as string }]);
  });
});
