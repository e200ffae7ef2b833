/** baresip, a stranger's soft phone: registers with us, is called, and calls. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { Baresip } from '../support/baresip/baresip.ts';
import { proxies } from '../support/interop/proxies.ts';
import type { RunningProxy } from '../support/interop/proxies.ts';
import { scratchFolder } from '../support/paths.ts';
import { lacks, lacksRoot } from '../support/tools/system-tools.ts';
import { captureLoopback } from '../support/tshark/loopback-capture.ts';
import type { LoopbackCapture } from '../support/tshark/loopback-capture.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const SECRET = 'open-sesame';
/** Plain RTP, as soft phones speak it. */
const OFFER = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000', 'a=recvonly', ''].join('\r\n');

describe.each(proxies)('baresip with $name', ({ start, tools }) => {
  describe.skipIf(lacks('baresip', 'tshark', ...tools) || lacksRoot())('with a capture', () => {
    const scratch = scratchFolder('baresip');
    const file = join(scratch.path, 'baresip.pcapng');
    let proxy: RunningProxy;
    let capture: LoopbackCapture;
    let anna: Baresip;
    let bert: Baresip;
    let front: Agent;

    beforeAll(async () => {
      proxy = await start({ secret: SECRET });
      capture = await captureLoopback(file, [proxy.port]);
      const phone = { proxy: proxy.port, password: SECRET };
      [anna, bert] = await Promise.all([Baresip.start({ name: 'anna', ...phone }), Baresip.start({ name: 'bert', ...phone })]);
      const transport = await UdpTransport.bind({ host: '127.0.0.1', port: 0 });
      front = new Agent({ transport, credentials: { username: 'front', password: SECRET, algorithms: ['SHA-256', 'MD5'] } });
    });
    afterAll(async () => {
      await Promise.all([front.close(), anna.stop(), bert.stop()]);
      await proxy.stop();
      scratch.remove();
    });

    const uri = (name: string) => `sip:${name}@127.0.0.1:${proxy.port}`;

    it('registers with a digest', async () => {
      await Promise.all([anna.event('REGISTER_OK'), bert.event('REGISTER_OK')]);
    });

    it('does not register with a wrong password', async () => {
      const eve = await Baresip.start({ name: 'eve', proxy: proxy.port, password: 'wrong' });
      try {
        expect((await eve.event('REGISTER_FAIL')).param).toMatch(/^40[13] /);
      } finally {
        await eve.stop();
      }
    });

    it('is called by our agent, and our agent hangs up', async () => {
      const request = front.createRequest('INVITE', uri('anna'), { from: uri('front'), body: OFFER, contentType: 'application/sdp' });
      const [{ dialog, response }] = await Promise.all([front.invite(request).answered, anna.answer()]);
      expect(response.contentType).toBe('application/sdp');
      expect(response.body.toString()).toContain('m=audio');
      await anna.event('CALL_ESTABLISHED');
      await dialog.bye();
      await anna.event('CALL_CLOSED');
    });

    it('is called by our agent, and hangs up itself', async () => {
      const request = front.createRequest('INVITE', uri('anna'), { from: uri('front'), body: OFFER, contentType: 'application/sdp' });
      const [{ dialog }] = await Promise.all([front.invite(request).answered, anna.answer()]);
      await anna.event('CALL_ESTABLISHED');
      const over = new Promise<string>((resolve) => dialog.onEnded(resolve));
      anna.hangUp();
      expect(await over).toBe('remote-bye');
      await anna.event('CALL_CLOSED');
    });

    it('calls another, and hangs up', async () => {
      anna.dial(uri('bert'));
      await bert.answer();
      await Promise.all([anna.event('CALL_ESTABLISHED'), bert.event('CALL_ESTABLISHED')]);
      anna.hangUp();
      await Promise.all([anna.event('CALL_CLOSED'), bert.event('CALL_CLOSED')]);
    });

    it('hears that nobody has that name', async () => {
      anna.dial(uri('nobody'));
      expect((await anna.event('CALL_CLOSED')).param).toMatch(/^404/);
    });

    it('saw nothing from us that Wireshark finds fault with', async () => {
      await capture.stop();
      const sipPorts = [proxy.port];
      expect(await captureFaults(file, { sipPorts, checksumsOffloaded: true })).toEqual([]);
      const fromProxy = await frames(file, ['sip.Status-Code', 'sip.Method'], { filter: `sip && udp.srcport == ${proxy.port}`, sipPorts });
      const seen = new Set(fromProxy.map((frame) => frame['sip.Method'][0] ?? frame['sip.Status-Code'][0]));
      expect([...seen]).toEqual(expect.arrayContaining(['401', '200', '100', 'INVITE', 'ACK', 'BYE', '404']));
    });
  });
});
