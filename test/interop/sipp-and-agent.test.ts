/** Our agent, without any proxy, on the line with SIPp: as the one that is called, and as the one that calls. */
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { Agent, CallCancelledError, UdpTransport } from '../../shared/sip/index.ts';
import type { Dialog, IncomingCall } from '../../shared/sip/index.ts';
import { scratchFolder } from '../support/paths.ts';
import { runSipp, startSipp } from '../support/sipp/sipp.ts';
import type { SippOptions } from '../support/sipp/sipp.ts';
import { lacks, lacksRoot } from '../support/tools/system-tools.ts';
import { captureLoopback } from '../support/tshark/loopback-capture.ts';
import type { LoopbackCapture } from '../support/tshark/loopback-capture.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const CALLS = 5;
const LIMIT_S = 30;
const LOSSY_LIMIT_S = 100;
const ANSWER = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'a=rtpmap:111 opus/48000/2', 'a=sendonly', ''].join('\r\n');
const OFFER = ANSWER.replace('sendonly', 'recvonly');

describe.skipIf(lacks('sipp', 'tshark') || lacksRoot())('SIPp and our agent', () => {
  const scratch = scratchFolder('sipp-agent');
  let agent: Agent;
  let port: number;
  let capture: LoopbackCapture;
  let file: string;

  beforeEach(async () => {
    const transport = await UdpTransport.bind({ host: '127.0.0.1', port: 0 });
    agent = new Agent({ transport, product: 'sipcast-test' });
    ({ port } = agent.local);
    file = join(scratch.path, `agent-${port}.pcapng`);
    capture = await captureLoopback(file, [port]);
    return async () => {
      await agent.close();
      await capture.stop();
      expect(await captureFaults(file, { sipPorts: [port], checksumsOffloaded: true })).toEqual([]);
    };
  });
  afterAll(() => scratch.remove());

  const options = (scenario: string, more: Partial<SippOptions> = {}): SippOptions => ({
    scenario,
    server: port,
    calls: CALLS,
    limitSeconds: LIMIT_S,
    folder: scratch.path,
    rows: [['anna']],
    words: { caller: 'viewer' },
    ...more,
  });

  /** What tshark sees the agent send, each as `INVITE` or `202 INVITE`, with the CSeq's number. */
  async function sentByAgent(): Promise<string[]> {
    await capture.stop();
    const seen = await frames(file, ['sip.Method', 'sip.Status-Code', 'sip.CSeq.method'], { filter: `sip && udp.srcport == ${port}`, sipPorts: [port] });
    return seen.map((frame) => frame['sip.Method'][0] ?? `${frame['sip.Status-Code'][0] ?? ''} ${frame['sip.CSeq.method'][0] ?? ''}`);
  }
  const count = (list: readonly string[], what: string) => list.filter((each) => each === what).length;

  /** Accepts every call, and keeps what becomes of it. */
  function acceptAll(): { dialogs: Dialog[]; ends: string[]; calls: IncomingCall[] } {
    const seen = { dialogs: [] as Dialog[], ends: [] as string[], calls: [] as IncomingCall[] };
    agent.onCall(async (call) => {
      seen.calls.push(call);
      const dialog = await call.accept(202, ANSWER);
      seen.dialogs.push(dialog);
      dialog.onEnded((reason) => seen.ends.push(reason));
    });
    return seen;
  }

  it('is called and hung up on', async () => {
    const seen = acceptAll();
    const result = await runSipp(options('call'));
    expect(result, result.errors).toMatchObject({ ok: true, successful: CALLS, retransmissions: 0 });
    expect(seen.ends).toEqual(Array.from({ length: CALLS }, () => 'remote-bye'));
    expect(count(await sentByAgent(), '202 INVITE')).toBe(CALLS);
  });

  it('repeats its 202 until a late ACK comes (seed 4.13)', async () => {
    const seen = acceptAll();
    const result = await runSipp(options('call-late-ack'));
    expect(result, result.errors).toMatchObject({ ok: true, successful: CALLS });
    expect(seen.ends).toHaveLength(CALLS);
    // 1.2 s without ACK: the first, and two more after 0.5 and 1 s.
    expect(count(await sentByAgent(), '202 INVITE')).toBe(2 * CALLS);
  });

  it('rings, and gives up when the caller cancels', async () => {
    const cancelled: string[] = [];
    agent.onCall((call) => {
      call.ring();
      call.onCancelled(() => cancelled.push(call.callId));
    });
    const result = await runSipp(options('cancel'));
    expect(result, result.errors).toMatchObject({ ok: true, successful: CALLS });
    expect(cancelled).toHaveLength(CALLS);
    const sent = await sentByAgent();
    expect(count(sent, '200 CANCEL')).toBe(CALLS);
    expect(count(sent, '487 INVITE')).toBe(CALLS);
  });

  it('is called with 30 % of the datagrams lost, and takes no call twice (seed 4.13)', { timeout: 2 * LOSSY_LIMIT_S * 1000 }, async () => {
    const LOSSY_CALLS = 40;
    const seen = acceptAll();
    const result = await runSipp(options('call', { calls: LOSSY_CALLS, rate: 20, lossPercent: 30, limitSeconds: LOSSY_LIMIT_S, extra: ['-max_retrans', '11'] }));
    // A request and its answer are lost eleven times in a row about once in two thousand calls.
    expect(result.successful, result.errors).toBeGreaterThanOrEqual(LOSSY_CALLS - 1);
    expect(result.retransmissions).toBeGreaterThan(0);
    const callIds = seen.calls.map(({ callId }) => callId);
    expect(new Set(callIds).size).toBe(callIds.length);
  });

  it('calls, is answered and hangs up', async () => {
    const answering = await startSipp(options('answer'));
    for (let i = 0; i < CALLS; i++) {
      const { dialog, response } = await invite(answering.port).answered;
      expect(response.status).toBe(202);
      await dialog.bye();
    }
    const result = await answering.done;
    expect(result, result.errors).toMatchObject({ ok: true, successful: CALLS });
    const sent = await sentByAgent();
    for (const method of ['INVITE', 'ACK', 'BYE']) expect(count(sent, method), method).toBe(CALLS);
  });

  it('is answered by the repetition when the first 202 was lost', async () => {
    const answering = await startSipp(options('answer-lost-202', { calls: 1 }));
    const { dialog } = await invite(answering.port).answered;
    await dialog.bye();
    const result = await answering.done;
    expect(result, result.errors).toMatchObject({ ok: true, successful: 1 });
    const sent = await sentByAgent();
    // Nothing came back for half a second, so the INVITE was sent twice.
    expect([count(sent, 'INVITE'), count(sent, 'ACK')]).toEqual([2, 1]);
  });

  it('cancels a call that rings', async () => {
    const ringing = await startSipp(options('ring-alone', { calls: 1 }));
    const call = invite(ringing.port);
    call.onProvisional(({ status }) => {
      if (status === 180) call.cancel();
    });
    await expect(call.answered).rejects.toThrow(CallCancelledError);
    const result = await ringing.done;
    expect(result, result.errors).toMatchObject({ ok: true, successful: 1 });
    const sent = await sentByAgent();
    expect([count(sent, 'INVITE'), count(sent, 'CANCEL'), count(sent, 'ACK')]).toEqual([1, 1, 1]);
  });

  it('calls with 30 % of the datagrams lost', { timeout: 2 * LOSSY_LIMIT_S * 1000 }, async () => {
    const LOSSY_CALLS = 40;
    const answering = await startSipp(options('answer', { calls: 2 * LOSSY_CALLS, lossPercent: 30, limitSeconds: LOSSY_LIMIT_S, extra: ['-max_retrans', '11', '-d', '33000'] }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: LOSSY_CALLS }, async () => {
        const { dialog } = await invite(answering.port).answered;
        await dialog.bye();
      }),
    );
    const result = await answering.stop();
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length, result.errors).toBeGreaterThanOrEqual(LOSSY_CALLS - 1);
    expect(result.calls).toBeLessThanOrEqual(LOSSY_CALLS);
  });

  function invite(to: number) {
    return agent.invite(agent.createRequest('INVITE', `sip:anna@127.0.0.1:${to}`, { from: 'sip:viewer@127.0.0.1', body: OFFER, contentType: 'application/sdp' }));
  }
});
