/**
 * SIPp calls SIPp through a proxy. What went over the wire is captured by dumpcap and judged by
 * tshark, not by our own parser.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProxyUnderTest, RunningProxy } from '../support/interop/proxies.ts';
import { freeUdpPorts } from '../support/network/udp-ports.ts';
import { scratchFolder } from '../support/paths.ts';
import { runSipp, startSipp } from '../support/sipp/sipp.ts';
import type { SippOptions, SippResult } from '../support/sipp/sipp.ts';
import { lacks, lacksRoot } from '../support/tools/system-tools.ts';
import { captureLoopback } from '../support/tshark/loopback-capture.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const SECRET = 'open-sesame';
/** A call under loss may take RFC 3261's whole 64*T1 = 32 s, and what it waits for as long again. */
const LOSSY_LIMIT_S = 100;
const LIMIT_S = 30;
/** SIPp gives up after the proxy has, whose answer it then hears. */
const MORE_THAN_THE_PROXY = '16';

/** The user name of a digest is plain text, not escaped as in a URI. */
const credentials = (name: string, password = SECRET) => `[authentication username=${decodeURIComponent(name)} password=${password}]`;

/** Of each proxy in a file of its own, for they wait for timers most of the time. */
export function callThrough({ name: proxy, start, tools, names }: ProxyUnderTest): void {
  describe.skipIf(lacks('sipp', 'tshark', ...tools) || lacksRoot())(`SIPp through ${proxy}, with a capture`, () => {
    const scratch = scratchFolder('sipp');
    let open: RunningProxy;
    let guarded: RunningProxy;

    beforeAll(async () => {
      [open, guarded] = await Promise.all([start(), start({ secret: SECRET })]);
    });
    afterAll(async () => {
      await Promise.all([open.stop(), guarded.stop()]);
      scratch.remove();
    });

    const run = (server: RunningProxy, scenario: string, options: Partial<SippOptions> = {}): Promise<SippResult> =>
      runSipp({ scenario, server: server.port, calls: names.length, limitSeconds: LIMIT_S, folder: scratch.path, rows: names.map((name) => [name, credentials(name)]), ...options });

    interface CallOptions {
      calls?: number;
      guardedBy?: boolean;
      caller?: Partial<SippOptions>;
      answerer?: Partial<SippOptions>;
    }

    /** Registers the names with a SIPp server behind them, lets another SIPp call them, and captures it all. */
    async function call(callerScenario: string, answererScenario: string, { calls = names.length, guardedBy = false, caller, answerer }: CallOptions = {}) {
      const server = guardedBy ? guarded : open;
      const [callerPort = 0, answererPort = 0] = await freeUdpPorts(2);
      const file = join(scratch.path, `${callerScenario}-${answererScenario}-${callerPort}.pcapng`);
      const registered = await run(server, guardedBy ? 'register-digest' : 'register', { words: { contact_port: String(answererPort) } });
      expect(registered, registered.errors).toMatchObject({ ok: true, successful: names.length });
      const capture = await captureLoopback(file, [server.port]);
      const words = { caller: 'viewer' };
      const answering = await startSipp({ scenario: answererScenario, server: server.port, calls, limitSeconds: LIMIT_S, folder: scratch.path, port: answererPort, ...answerer });
      const called = await run(server, callerScenario, { calls, port: callerPort, words, ...caller });
      const answered = await answering.stop();
      await capture.stop();
      const seen = await frames(file, ['udp.srcport', 'udp.dstport', 'sip.Method', 'sip.Status-Code', 'sip.CSeq.method', 'sip.Call-ID', 'sip.Record-Route', 'sip.Via.branch', 'sip.Max-Forwards'], {
        filter: `sip && udp.port == ${server.port}`,
        sipPorts: [server.port],
      });
      expect(await captureFaults(file, { sipPorts: [server.port], checksumsOffloaded: true })).toEqual([]);
      const ladder = seen.map((frame) => ({
        from: who(frame['udp.srcport'][0]),
        to: who(frame['udp.dstport'][0]),
        what: frame['sip.Method'][0] ?? `${frame['sip.Status-Code'][0] ?? '?'} ${frame['sip.CSeq.method'][0] ?? '?'}`,
        frame,
      }));
      function who(port: string | undefined): string {
        return Number(port) === callerPort ? 'caller' : Number(port) === answererPort ? 'answerer' : 'proxy';
      }
      return { called, answered, ladder, file };
    }

    const sent = (ladder: { from: string; to: string; what: string }[], from: string, what: string, to?: string) =>
      ladder.filter((step) => step.from === from && step.what === what && (to === undefined || step.to === to)).length;

    it('registers, by REGISTER and 200', async () => {
      const result = await run(open, 'register', { words: { contact_port: '5555' } });
      expect(result, result.errors).toMatchObject({ ok: true, successful: 3, retransmissions: 0 });
    });

    it('registers after a challenge, by MD5 where it is allowed', async () => {
      const result = await run(guarded, 'register-digest', { words: { contact_port: '5555' } });
      expect(result, result.errors).toMatchObject({ ok: true, successful: 3 });
    });

    it('does not register with a wrong password', async () => {
      const rows = names.map((name) => [name, credentials(name, 'wrong')]);
      expect(await run(guarded, 'register-digest', { words: { contact_port: '5555' }, rows })).toMatchObject({ ok: false, successful: 0 });
    });

    it('answers OPTIONS', async () => {
      const result = await run(open, 'options', { calls: 20, rate: 100 });
      expect(result, result.errors).toMatchObject({ ok: true, successful: 20 });
    });

    it('relays INVITE, 100, 202, ACK, BYE and 200, and stays on the route (seed 4.8)', async () => {
      const { called, answered, ladder } = await call('call', 'answer');
      expect(called, called.errors).toMatchObject({ ok: true, successful: 3, retransmissions: 0 });
      expect(answered, answered.errors).toMatchObject({ ok: true, successful: 3 });
      for (const [from, what, to] of [
        ['caller', 'INVITE', 'proxy'], ['proxy', '100 INVITE', 'caller'], ['proxy', 'INVITE', 'answerer'], ['answerer', '202 INVITE', 'proxy'], ['proxy', '202 INVITE', 'caller'],
        ['caller', 'ACK', 'proxy'], ['proxy', 'ACK', 'answerer'], ['caller', 'BYE', 'proxy'], ['proxy', 'BYE', 'answerer'], ['answerer', '200 BYE', 'proxy'], ['proxy', '200 BYE', 'caller'],
      ] as const) expect(sent(ladder, from, what, to), `${from} ${what} ${to}`).toBe(3);
      const relayed = ladder.filter(({ from, what }) => from === 'proxy' && what === 'INVITE');
      for (const { frame } of relayed) {
        expect(frame['sip.Record-Route']).toHaveLength(1);
        expect(frame['sip.Max-Forwards']).toEqual(['69']);
        expect(frame['sip.Via.branch']).toHaveLength(2);
      }
    });

    it('challenges an INVITE, and relays it once it is answered', async () => {
      const { called, answered, ladder } = await call('call-digest', 'answer', { guardedBy: true });
      expect(called, called.errors).toMatchObject({ ok: true, successful: 3 });
      expect(answered, answered.errors).toMatchObject({ ok: true, successful: 3 });
      expect(sent(ladder, 'proxy', '401 INVITE', 'caller')).toBe(3);
      expect(sent(ladder, 'proxy', 'INVITE', 'answerer')).toBe(3);
    });

    it('cancels a call that rings: 200 to the CANCEL, 487 to the INVITE (seed 4.17)', async () => {
      const { called, answered, ladder } = await call('cancel', 'ring');
      expect(called, called.errors).toMatchObject({ ok: true, successful: 3 });
      expect(answered, answered.errors).toMatchObject({ ok: true, successful: 3 });
      expect(sent(ladder, 'proxy', 'CANCEL', 'answerer')).toBe(3);
      expect(sent(ladder, 'proxy', '487 INVITE', 'caller')).toBe(3);
      expect(sent(ladder, 'proxy', 'ACK', 'answerer')).toBe(3);
    });

    it('brings a repeated 202 to the caller when the first was lost', async () => {
      const { called, answered, ladder } = await call('call', 'answer-lost-202');
      expect(called, called.errors).toMatchObject({ ok: true, successful: 3 });
      expect(answered, answered.errors).toMatchObject({ ok: true, successful: 3 });
      expect(sent(ladder, 'answerer', '202 INVITE')).toBe(3);
    });

    it('brings both a repeated 202 and the repeated ACK through', async () => {
      const { called, answered, ladder } = await call('call-two-202', 'answer-missed-ack', { caller: { extra: ['-nr'] }, answerer: { extra: ['-nr'] } });
      expect(called, called.errors).toMatchObject({ ok: true, successful: 3 });
      expect(answered, answered.errors).toMatchObject({ ok: true, successful: 3 });
      expect(sent(ladder, 'proxy', '202 INVITE', 'caller')).toBe(6);
      expect(sent(ladder, 'proxy', 'ACK', 'answerer')).toBe(6);
    });

    it('waits for a late ACK', async () => {
      const { called, answered, ladder } = await call('call-late-ack', 'answer');
      expect(called, called.errors).toMatchObject({ ok: true, successful: 3 });
      expect(answered, answered.errors).toMatchObject({ ok: true, successful: 3 });
      expect(answered.retransmissions).toBeGreaterThan(0);
      expect(sent(ladder, 'proxy', '202 INVITE', 'caller')).toBeGreaterThan(3);
    });

    it('brings calls through with 30 % of all datagrams lost, and none twice (seed 4.13)', { timeout: 2 * LOSSY_LIMIT_S * 1000 }, async () => {
      const CALLS = 40;
      const lossy = { lossPercent: 30, limitSeconds: LOSSY_LIMIT_S, rate: 20 };
      const { called, answered, ladder } = await call('call', 'answer', {
        calls: CALLS,
        caller: { ...lossy, extra: ['-max_retrans', MORE_THAN_THE_PROXY] },
        answerer: { ...lossy, calls: 2 * CALLS, extra: ['-max_retrans', MORE_THAN_THE_PROXY, '-d', '33000'] },
      });
      // Between the proxy and either end 51 % of the exchanges come to nothing, all eleven of one transaction about once in 1,500; such
      // a call ends in 408. Three among forty calls are chance in one run of tens of thousands.
      expect(called.successful, called.errors).toBeGreaterThanOrEqual(CALLS - 2);
      expect(called.retransmissions).toBeGreaterThan(0);
      const transactions = new Set(ladder.filter(({ from, what }) => from === 'proxy' && what === 'INVITE').map(({ frame }) => frame['sip.Via.branch'][0]));
      expect(transactions.size).toBe(CALLS);
      expect(answered.calls).toBeLessThanOrEqual(CALLS);
    });
  });
}
