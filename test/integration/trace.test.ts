import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { sipUri } from '../../shared/sip/message/uri.ts';
import { CallingPage } from '../support/front/calling-page.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';

const SECRET = 'a secret of services';
const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';

interface Passed {
  source: string;
  target: string;
  lost?: true;
  raw: string;
}

let system: System;
let page: CallingPage;
const agents: Agent[] = [];

beforeAll(async () => {
  const secret = ['--secret', SECRET];
  system = await startSystem({ streamers: [], signalingArgs: secret, frontArgs: secret });
  page = await CallingPage.open(system.url, 'ana');
  const { ticket } = (await (await fetch(`${system.url}trace`)).json()) as { ticket: string };
  expect(await page.ask('trace', { ticket })).toMatchObject({ type: 'reply', messages: [] });
  await page.until(({ type }) => type === 'trace');
});
afterAll(async () => {
  for (const agent of agents) await agent.close(500);
  await system.stop();
});

/** Somebody with a user agent of his own, who knows the secret. */
async function agent(name: string): Promise<Agent> {
  const made = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), credentials: { username: name, password: SECRET } });
  agents.push(made);
  return made;
}

/** Everything that has passed when the first has come that `fits`. */
async function passedUntil(fits: (message: Passed) => boolean): Promise<Passed[]> {
  await page.until(({ type, messages }) => type === 'trace' && (messages as Passed[]).some(fits));
  return page.of('trace').flatMap(({ messages }) => messages as Passed[]);
}

/** Method or status. */
const word = ({ raw }: Passed): string => raw.replace('SIP/2.0 ', '').split(' ', 1)[0]!;
const callIdOf = ({ raw }: Passed): string => /^(?:Call-ID|i): (.*)$/m.exec(raw)?.[1] ?? '';
const cseqOf = ({ raw }: Passed): string => /^CSeq: (.*)$/m.exec(raw)?.[1] ?? '';
const daemon = (): string => system.signaling.process.addresses['sip']!;

describe('reading along, through processes', () => {
  it('shows a call from its first message to its last, each on both of its ways, and no secret', async () => {
    const [camera, viewer] = [await agent('camera'), await agent('viewer')];
    const domain = `sip:${daemon()}`;
    const aor = sipUri('camera', '127.0.0.1', Number(daemon().split(':')[1]));
    camera.onCall(async (call) => {
      await call.accept(202, OFFER);
    });
    camera.handle('BYE', (incoming) => incoming.reply(200));
    await camera.request(camera.createRequest('REGISTER', domain, { from: aor, to: aor, headers: { Contact: `<${sipUri('camera', '127.0.0.1', camera.local.port)}>`, Expires: '60' } }));
    const call = viewer.invite(viewer.createRequest('INVITE', aor, { from: sipUri('viewer', '127.0.0.1'), body: OFFER, contentType: 'application/sdp' }));
    const { dialog } = await call.answered;
    await dialog.bye();
    const passed = await passedUntil((message) => message.target === `127.0.0.1:${viewer.local.port}` && cseqOf(message).endsWith('BYE'));
    const between = (port: number): string[] => passed.filter(({ source, target }) => source.endsWith(`:${port}`) || target.endsWith(`:${port}`)).map(word);
    expect(between(viewer.local.port)).toEqual(['INVITE', '401', 'ACK', 'INVITE', '100', '202', 'ACK', 'BYE', '200']);
    expect(between(camera.local.port)).toEqual(['REGISTER', '401', 'REGISTER', '200', 'INVITE', '202', 'ACK', 'BYE', '200']);
    const text = passed.map(({ raw }) => raw).join('\n');
    expect(text).toContain('a=ice-ufrag:abcd');
    expect(text).toContain('a=ice-pwd:**********************');
    expect(text).not.toMatch(/0123456789012345678901|response="?[^0"]|Event: trace/);
  });

  it('lets a datagram be lost, after which the transaction repeats what is not answered', async () => {
    const asker = await agent('asker');
    expect(await page.ask('lose')).toMatchObject({ type: 'reply' });
    await asker.request(asker.createRequest('OPTIONS', `sip:${daemon()}`, { from: sipUri('asker', '127.0.0.1') }));
    // It need not be the asker's: whatever the daemon sends first.
    const lost = (await passedUntil(({ lost: gone }) => gone === true)).filter(({ lost: gone }) => gone);
    expect(lost).toHaveLength(1);
    const callId = callIdOf(lost[0]!);
    const seen = new Set<string>();
    await passedUntil((message) => {
      const isRepeated = callIdOf(message) === callId && seen.has(message.raw);
      seen.add(message.raw);
      return isRepeated;
    });
  });

  it('goes on after the daemon was killed and started again', async () => {
    await system.signaling.kill();
    await system.signaling.start();
    await system.signaling.process.child.log.waitFor(({ text }) => text.includes('reads along'));
    const asker = await agent('asker');
    await asker.request(asker.createRequest('OPTIONS', `sip:${daemon()}`, { from: sipUri('asker', '127.0.0.1') }));
    await passedUntil(({ target, raw }) => target === `127.0.0.1:${asker.local.port}` && raw.startsWith('SIP/2.0 200'));
  });
});
