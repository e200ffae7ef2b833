/**
 * Two agents of our stack call each other through a proxy that wants to know who they are (SHA-256, RFC 8760): through our daemon, and
 * through Kamailio, whose digest, record-routing and transactions share no line of code with ours.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, CallCancelledError, CallRejectedError, UdpTransport } from '../../shared/sip/index.ts';
import type { Dialog, IncomingCall } from '../../shared/sip/index.ts';
import { proxies } from '../support/interop/proxies.ts';
import type { RunningProxy } from '../support/interop/proxies.ts';
import { scratchFolder } from '../support/paths.ts';
import { lacks, lacksRoot } from '../support/tools/system-tools.ts';
import { captureLoopback } from '../support/tshark/loopback-capture.ts';
import type { LoopbackCapture } from '../support/tshark/loopback-capture.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const SECRET = 'open-sesame';
const OFFER = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2', 'a=recvonly', ''].join('\r\n');
const ANSWER = OFFER.replace('recvonly', 'sendonly');
const EXPIRES_S = 120;

describe.each(proxies)('two agents through $name', ({ start, tools }) => {
  describe.skipIf(lacks('tshark', ...tools) || lacksRoot())('with a capture', () => {
    const scratch = scratchFolder('agents');
    const agents: Agent[] = [];
    let proxy: RunningProxy;
    let streamer: Agent;
    let viewer: Agent;
    let capture: LoopbackCapture;
    let file: string;

    beforeAll(async () => {
      proxy = await start({ secret: SECRET, algorithm: 'SHA-256' });
      file = join(scratch.path, 'agents.pcapng');
      capture = await captureLoopback(file, [proxy.port]);
      streamer = await createAgent('streamer-1');
      viewer = await createAgent('front');
    });
    afterAll(async () => {
      await Promise.all(agents.map((agent) => agent.close()));
      await proxy.stop();
      scratch.remove();
    });

    async function createAgent(username: string, password = SECRET): Promise<Agent> {
      const transport = await UdpTransport.bind({ host: '127.0.0.1', port: 0 });
      const agent = new Agent({ transport, credentials: { username, password } });
      agents.push(agent);
      return agent;
    }

    const uri = (name: string) => `sip:${name}@127.0.0.1:${proxy.port}`;

    function register(agent: Agent, name: string, expires = EXPIRES_S) {
      const { host, port } = agent.local;
      const headers = { Contact: `<sip:${name}@${host}:${port}>`, Expires: String(expires) };
      return agent.request(agent.createRequest('REGISTER', `sip:127.0.0.1:${proxy.port}`, { from: uri(name), to: uri(name), headers }));
    }

    const call = (name = 'streamer-1') => viewer.invite(viewer.createRequest('INVITE', uri(name), { from: uri('front'), body: OFFER, contentType: 'application/sdp' }));

    /** The next call to the streamer. */
    const nextCall = () => new Promise<IncomingCall>((resolve) => streamer.onCall(resolve));
    const ended = (dialog: Dialog) => new Promise<string>((resolve) => dialog.onEnded(resolve));

    it('registers with digest SHA-256', async () => {
      const response = await register(streamer, 'streamer-1');
      expect(response.status).toBe(200);
      expect(String(response.headers.get('Contact'))).toMatch(/^<sip:streamer-1@127\.0\.0\.1:\d+>;.*expires=\d+/);
    });

    it('does not register with a wrong password', async () => {
      const impostor = await createAgent('streamer-2', 'wrong');
      expect((await register(impostor, 'streamer-2')).status).toBe(401);
    });

    it('does not let one identity take the name of another (seed 4.4)', async () => {
      expect((await register(viewer, 'streamer-1')).status).toBe(403);
    });

    it('calls, and the caller hangs up (seed 4.17)', async () => {
      const incoming = nextCall();
      const outgoing = call();
      const [there, here] = await Promise.all([incoming.then((it) => it.accept(202, ANSWER)), outgoing.answered]);
      expect(here.response.status).toBe(202);
      expect(here.response.body.toString()).toBe(ANSWER);
      const over = ended(there);
      await here.dialog.bye();
      expect(await over).toBe('remote-bye');
    });

    it('calls, and the called hangs up (seed 4.17)', async () => {
      const incoming = nextCall();
      const outgoing = call();
      const [there, here] = await Promise.all([incoming.then((it) => it.accept(202, ANSWER)), outgoing.answered]);
      const over = ended(here.dialog);
      await there.bye();
      expect(await over).toBe('remote-bye');
    });

    it('cancels', async () => {
      const incoming = nextCall();
      const outgoing = call();
      const ringing = await incoming;
      const cancelled = new Promise<void>((resolve) => ringing.onCancelled(resolve));
      ringing.ring();
      outgoing.cancel();
      await expect(outgoing.answered).rejects.toThrow(CallCancelledError);
      await cancelled;
    });

    it('hears why it is refused', async () => {
      const incoming = nextCall();
      const outgoing = call();
      (await incoming).reject(488);
      await expect(outgoing.answered).rejects.toMatchObject({ status: 488 });
      await expect(call('nobody').answered).rejects.toMatchObject({ status: 404 });
      await expect(call('nobody').answered).rejects.toThrow(CallRejectedError);
    });

    it('is gone once it has unregistered', async () => {
      expect((await register(streamer, 'streamer-1', 0)).status).toBe(200);
      // Kamailio knows the name no more; our daemon still does, for it was there a moment ago.
      await expect(call().answered).rejects.toSatisfy((error: CallRejectedError) => error.status === 404 || error.status === 480);
    });

    it('sent nothing that Wireshark finds fault with', async () => {
      await capture.stop();
      const sipPorts = [proxy.port];
      expect(await captureFaults(file, { sipPorts, checksumsOffloaded: true })).toEqual([]);
      const challenged = await frames(file, ['sip.auth.algorithm', 'sip.auth.qop', 'sip.auth.digest.response'], { filter: 'sip.auth.digest.response', sipPorts });
      expect(challenged.length).toBeGreaterThan(0);
      for (const frame of challenged) {
        expect(frame['sip.auth.algorithm']).toEqual(['SHA-256']);
        expect(frame['sip.auth.digest.response'][0]).toMatch(/^"?[0-9a-f]{64}"?$/);
      }
    });
  });
});
