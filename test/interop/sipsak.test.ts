/** sipsak, the operator's ping: OPTIONS to the daemon and to a streamer behind it, and REGISTER. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { proxies } from '../support/interop/proxies.ts';
import type { RunningProxy } from '../support/interop/proxies.ts';
import { freeShortUdpPort } from '../support/network/udp-ports.ts';
import { lacks, toolPath } from '../support/tools/system-tools.ts';

const run = promisify(execFile);
const LIMIT_MS = 60_000;
const EXPIRES_S = 60;
const SECRET = 'open-sesame';

describe.each(proxies)('sipsak with $name', ({ start, tools }) => {
  describe.skipIf(lacks('sipsak', ...tools))('on loopback', () => {
    let proxy: RunningProxy;
    let streamer: Agent;

    beforeAll(async () => {
      proxy = await start({ port: await freeShortUdpPort() });
      streamer = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
      const uri = `sip:streamer-1@127.0.0.1:${proxy.port}`;
      const headers = { Contact: `<sip:streamer-1@127.0.0.1:${streamer.local.port}>`, Expires: String(EXPIRES_S) };
      const registered = await streamer.request(streamer.createRequest('REGISTER', `sip:127.0.0.1:${proxy.port}`, { from: uri, to: uri, headers }));
      expect(registered.status).toBe(200);
    });
    afterAll(async () => {
      await streamer.close();
      await proxy.stop();
    });

    /** What sipsak prints. Rejects unless it ends with 0, which it does for a 200 only. */
    async function sipsak(...args: string[]): Promise<string> {
      const { stdout } = await run(toolPath('sipsak'), args, { timeout: LIMIT_MS });
      return stdout;
    }

    it('gets 200 to OPTIONS from the proxy itself', async () => {
      expect(await sipsak('-vvv', '-s', `sip:127.0.0.1:${proxy.port}`)).toMatch(/SIP\/2\.0 200 OK/);
    });

    it('gets 200 to OPTIONS from a streamer behind the proxy', async () => {
      expect(await sipsak('-vvv', '-s', `sip:streamer-1@127.0.0.1:${proxy.port}`)).toMatch(/SIP\/2\.0 200 OK/);
    });

    it('is told that nobody has that name', async () => {
      await expect(sipsak('-vvv', '-s', `sip:nobody@127.0.0.1:${proxy.port}`)).rejects.toMatchObject({ stdout: expect.stringMatching(/SIP\/2\.0 404/) as string });
    });

    it('registers a contact', async () => {
      const uri = `sip:user@127.0.0.1:${proxy.port}`;
      expect(await sipsak('-U', '-C', 'sip:user@127.0.0.1:5999', '-x', String(EXPIRES_S), '-vvv', '-i', '-H', '127.0.0.1', '-s', uri)).toMatch(/All usrloc tests completed successful/);
    });

    it('registers after a challenge', async () => {
      const guarded = await start({ port: await freeShortUdpPort(), secret: SECRET });
      try {
        const uri = `sip:user@127.0.0.1:${guarded.port}`;
        const output = await sipsak('-U', '-C', 'sip:user@127.0.0.1:5999', '-x', String(EXPIRES_S), '-vvv', '-i', '-a', SECRET, '-H', '127.0.0.1', '-s', uri);
        expect(output).toMatch(/SIP\/2\.0 401 .*SIP\/2\.0 200 OK/s);
      } finally {
        await guarded.stop();
      }
    });
  });
});
