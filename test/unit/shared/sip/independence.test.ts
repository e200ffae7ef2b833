import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Agent, UdpTransport } from '../../../../shared/sip/index.ts';

const stack = fileURLToPath(new URL('../../../../shared/sip', import.meta.url));

/** Every `from '…'` in the stack's sources, with the file that has it. */
function imports(): { file: string; from: string }[] {
  const files = readdirSync(stack, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.flatMap((name) => {
    const file = join(stack, name);
    return [...readFileSync(file, 'utf8').matchAll(/\bfrom '([^']+)'/g)].map(([, from = '']) => ({ file, from }));
  });
}

describe('the SIP stack', () => {
  it('stands on Node and itself alone, so that every service can adapt it (seed 4.12)', () => {
    const all = imports();
    expect(all.length).toBeGreaterThan(100);
    const outside = all.filter(({ file, from }) => !from.startsWith('node:') && relative(stack, resolve(dirname(file), from)).startsWith('..'));
    expect(outside).toEqual([]);
  });

  it('serves two programs that give it handlers of their own, each on one socket (seeds 4.11, 4.12)', async () => {
    const bind = async (product: string) => new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), product });
    const [clock, client] = [await bind('clock/1'), await bind('client/1')];
    const { host, port } = clock.layer.transport.local;
    clock.handle('MESSAGE', (incoming) => incoming.reply(200, { body: `heard ${incoming.request.bodyText()}`, contentType: 'text/plain' }));
    const ask = (text: string) => client.request(client.createRequest('MESSAGE', `sip:${host}:${port}`, { from: 'sip:client@localhost', body: text, contentType: 'text/plain' }));
    const answers = await Promise.all(['one', 'two', 'three'].map(ask));
    expect(answers.map((answer) => answer.bodyText())).toEqual(['heard one', 'heard two', 'heard three']);
    expect(new Set(answers.map(({ callId }) => callId)).size).toBe(3);
    await Promise.all([clock.close(0), client.close(0)]);
  });
});
