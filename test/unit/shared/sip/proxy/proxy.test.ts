import { describe, expect, it } from 'vitest';
import { CallCancelledError, CallRejectedError } from '../../../../../shared/sip/agent/errors.ts';
import type { Agent } from '../../../../../shared/sip/agent/agent.ts';
import type { OutgoingCall } from '../../../../../shared/sip/agent/outgoing-call.ts';
import type { Dialog } from '../../../../../shared/sip/dialog/dialog.ts';
import { parseMessage } from '../../../../../shared/sip/parser/parser.ts';
import { PROXY, ProxiedNetwork } from '../../../../support/sip/proxied.ts';

function callBob(caller: Agent): OutgoingCall {
  return caller.invite(caller.createRequest('INVITE', 'sip:bob@10.0.0.5:5060', { from: 'sip:alice@10.0.0.5:5060', body: 'offer', contentType: 'application/sdp' }));
}

async function failure(net: ProxiedNetwork, call: OutgoingCall): Promise<CallRejectedError> {
  const error: unknown = await net.clock.until(call.answered).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(CallRejectedError);
  return error as CallRejectedError;
}

describe('a call through the proxy', () => {
  it('is relayed with Record-Route: INVITE, 100, 202, ACK, BYE, 200 (seed 4.8)', async () => {
    const seen: number[] = [];
    const net = new ProxiedNetwork({}, { onResponse: (response) => seen.push(response.status) });
    const caller = net.agent('10.0.0.1');
    const bob = net.agent('10.0.0.2', 'bob');
    bob.onCall((call) => void call.accept(202, 'answer'));
    const { dialog, response } = await net.clock.until(callBob(caller).answered);
    expect([response.status, response.bodyText()]).toEqual([202, 'answer']);
    await net.clock.advance(100);
    await net.clock.until(dialog.bye());
    expect(net.log()).toEqual([
      'caller>proxy INVITE 1',
      'proxy>caller 100 1 INVITE',
      'proxy>bob INVITE 1',
      'bob>proxy 202 1 INVITE',
      'proxy>caller 202 1 INVITE',
      'caller>proxy ACK 1',
      'proxy>bob ACK 1',
      'caller>proxy BYE 2',
      'proxy>bob BYE 2',
      'bob>proxy 200 2 BYE',
      'proxy>caller 200 2 BYE',
    ]);
    expect(seen).toEqual([202, 200]);
    await net.clock.advance(60_000);
    expect([net.layer.serverTransactions, net.layer.clientTransactions, net.clock.pending]).toEqual([0, 0, 0]);
  });

  it('rewrites only what a proxy must', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    net.agent('10.0.0.2', 'bob').onCall((call) => void call.accept(200));
    await net.clock.until(callBob(caller).answered);
    const [sent, , relayed] = net.network.sent.map(({ datagram }) => datagram.toString());
    const added = relayed!.split('\r\n').filter((line) => !sent!.split('\r\n').includes(line));
    expect(added.map((line) => line.replace(/branch=z9hG4bK[0-9a-z.]+/, 'branch=…'))).toEqual([
      'INVITE sip:bob@10.0.0.2:5060 SIP/2.0',
      'Record-Route: <sip:10.0.0.5:5060;lr>',
      'Via: SIP/2.0/UDP 10.0.0.5:5060;branch=…;rport',
      'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=…;rport=5060;received=10.0.0.1',
      'Max-Forwards: 69',
    ]);
  });

  it('hangs up from either side after the proxy was restarted', async () => {
    for (const side of ['caller', 'callee']) {
      const net = new ProxiedNetwork();
      const caller = net.agent('10.0.0.1');
      const bob = net.agent('10.0.0.2', 'bob');
      const accepted = new Promise<Dialog>((resolve, reject) => {
        bob.onCall((call) => void call.accept(200).then(resolve, reject));
      });
      const { dialog } = await net.clock.until(callBob(caller).answered);
      const remote = await net.clock.until(accepted);
      await net.restartProxy();
      await net.clock.until(side === 'caller' ? dialog.bye() : remote.bye());
      expect([dialog.ended, remote.ended].sort()).toEqual(['local-bye', 'remote-bye']);
      expect(net.clock.now()).toBeLessThan(1000);
    }
  });

  it('is cancelled through the proxy', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    let cancelled = false;
    net.agent('10.0.0.2', 'bob').onCall((call) => {
      call.ring();
      call.onCancelled(() => (cancelled = true));
    });
    const call = callBob(caller);
    call.onProvisional((response) => response.status === 180 && call.cancel());
    await expect(net.clock.until(call.answered)).rejects.toThrow(CallCancelledError);
    expect(cancelled).toBe(true);
    expect(net.log().slice(5)).toEqual([
      'caller>proxy CANCEL 1',
      'proxy>caller 200 1 CANCEL',
      'proxy>bob CANCEL 1',
      'bob>proxy 200 1 CANCEL',
      'bob>proxy 487 1 INVITE',
      'proxy>bob ACK 1',
      'proxy>caller 487 1 INVITE',
      'caller>proxy ACK 1',
    ]);
  });

  it('answers 480 where there is no target, and 408 for a target that is silent', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    expect((await failure(net, callBob(caller))).status).toBe(480);
    net.bindings.set('bob', [{ uri: 'sip:bob@10.0.0.99' }]);
    expect((await failure(net, callBob(caller))).status).toBe(408);
  });
});

describe('a request that must not go on', () => {
  it('with Max-Forwards 0 gets 483, an OPTIONS its answer', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    net.agent('10.0.0.2', 'bob');
    for (const [method, status] of [['MESSAGE', 483], ['OPTIONS', 200]] as const) {
      const request = caller.createRequest(method, 'sip:bob@10.0.0.5', { from: 'sip:alice@10.0.0.5' });
      request.headers.set('Max-Forwards', '0');
      expect((await net.clock.until(caller.request(request))).status).toBe(status);
    }
  });

  it('that Proxy-Requires what we lack gets 420', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const response = await net.clock.until(caller.request(caller.createRequest('MESSAGE', 'sip:bob@10.0.0.5', { from: 'sip:alice@10.0.0.5', headers: { 'Proxy-Require': 'foo, bar' } })));
    expect([response.status, response.headers.get('Unsupported')]).toEqual([420, 'foo, bar']);
  });

  it('that comes round in a loop gets 482, and a spiral goes through', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const loop = { uri: 'sip:loop@10.0.0.5:5060', address: PROXY };
    net.bindings.set('loop', [loop]);
    net.bindings.set('spiral', [{ uri: 'sip:bob@10.0.0.5:5060', address: PROXY }]);
    net.agent('10.0.0.2', 'bob').handle('MESSAGE', (incoming) => incoming.reply(200));
    const send = (name: string) => net.clock.until(caller.request(caller.createRequest('MESSAGE', `sip:${name}@10.0.0.5:5060`, { from: 'sip:alice@10.0.0.5' })));
    expect((await send('loop')).status).toBe(482);
    expect((await send('spiral')).status).toBe(200);
  });
});

describe('forking', () => {
  it('in parallel: the first 2xx wins, the others are cancelled', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const cancelled: string[] = [];
    for (const host of ['10.0.0.2', '10.0.0.3', '10.0.0.4']) {
      net.agent(host, 'bob').onCall((call) => {
        call.ring();
        call.onCancelled(() => cancelled.push(host));
        if (host === '10.0.0.3') net.clock.setTimeout(() => void call.accept(200, host), 1000);
      });
    }
    const { response, dialog } = await net.clock.until(callBob(caller).answered);
    expect(response.bodyText()).toBe('10.0.0.3');
    await net.clock.advance(1000);
    expect(cancelled).toEqual(['10.0.0.2', '10.0.0.4']);
    expect(dialog.remoteTarget).toBe('sip:bob@10.0.0.3:5060');
  });

  it('answers with the best of the failures', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    net.agent('10.0.0.2', 'bob').onCall((call) => call.reject(503));
    net.agent('10.0.0.3', 'bob').onCall((call) => call.reject(486));
    net.agent('10.0.0.4', 'bob').onCall((call) => call.reject(408));
    expect((await failure(net, callBob(caller))).status).toBe(486);
  });

  it('stops at once for a 6xx', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    let cancelled = false;
    net.agent('10.0.0.2', 'bob').onCall((call) => {
      call.ring();
      call.onCancelled(() => (cancelled = true));
    });
    net.agent('10.0.0.3', 'bob').onCall((call) => call.reject(603));
    expect((await failure(net, callBob(caller))).status).toBe(603);
    expect(cancelled).toBe(true);
  });

  it('shares Max-Breadth among the branches, and answers 440 when it is used up (RFC 5393)', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const shares: (string | undefined)[] = [];
    for (const host of ['10.0.0.2', '10.0.0.3']) {
      net.agent(host, 'bob').handle('MESSAGE', (incoming) => {
        shares.push(incoming.request.headers.get('Max-Breadth'));
        incoming.reply(200);
      });
    }
    const send = (headers: Record<string, string>) =>
      net.clock.until(caller.request(caller.createRequest('MESSAGE', 'sip:bob@10.0.0.5', { from: 'sip:alice@10.0.0.5', headers })));
    expect([(await send({})).status, (await send({ 'Max-Breadth': '1' })).status, (await send({ 'Max-Breadth': 'x' })).status]).toEqual([200, 440, 400]);
    expect(shares).toEqual(['30', '30']);
  });

  it('tries the next by q when the first have failed', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    net.agent('10.0.0.2', 'bob', {}, 0.5).onCall((call) => void call.accept(200, 'second'));
    net.agent('10.0.0.3', 'bob', {}, 1).onCall((call) => call.reject(486));
    const { response } = await net.clock.until(callBob(caller).answered);
    expect(response.bodyText()).toBe('second');
  });

  it('goes on to the next when the first is silent, and calls that one off as soon as it speaks', async () => {
    const tried: string[] = [];
    const net = new ProxiedNetwork({}, { onTarget: ({ uri }) => tried.push(uri) });
    const caller = net.agent('10.0.0.1');
    const silent = net.network.attach({ host: '10.0.0.2', port: 5060 });
    const datagrams: Buffer[] = [];
    silent.onDatagram((datagram) => datagrams.push(datagram));
    net.bindings.set('bob', [{ uri: 'sip:bob@10.0.0.2:5060', q: 1, silenceMs: 2000 }]);
    const bob = net.agent('10.0.0.3', 'bob', {}, 0.5);
    bob.onCall((call) => void call.accept(200));
    const { response } = await net.clock.until(callBob(caller).answered);
    expect([response.status, tried]).toEqual([200, ['sip:bob@10.0.0.2:5060', 'sip:bob@10.0.0.3:5060']]);
    expect(net.clock.now()).toBeGreaterThan(2000);
    expect(net.clock.now()).toBeLessThan(2200);
    expect(datagrams.some((datagram) => datagram.toString().startsWith('CANCEL'))).toBe(false);
    silent.send(Buffer.from(datagrams[0]!.toString().replace(/^INVITE.*/, 'SIP/2.0 180 Ringing').replace(/\r\nTo: (.*)\r/, '\r\nTo: $1;tag=x\r')), PROXY);
    await net.clock.advance(100);
    expect(datagrams.at(-1)?.toString()).toMatch(/^CANCEL/);
    expect(net.log().filter((line) => line.startsWith('proxy>caller 180'))).toEqual([]);
    await net.clock.advance(120_000);
    expect([net.layer.serverTransactions, net.layer.clientTransactions]).toEqual([0, 0]);
  });

  it('goes along with a target that turns out to be elsewhere, but for one that has spoken', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const gone = { host: '10.0.0.2', port: 5060 };
    const next = { uri: 'sip:bob@10.0.0.3:5060' };
    net.bindings.set('bob', [{ uri: 'sip:bob@10.0.0.2:5060' }]);
    const bob = net.agent('10.0.0.3');
    bob.onCall((call) => {
      call.ring();
      net.clock.setTimeout(() => void call.accept(200, 'moved'), 1000);
    });
    const call = callBob(caller);
    await net.clock.advance(300);
    expect([net.relaying?.move({ ...gone, port: 5061 }, next), net.relaying?.move(gone, next), net.relaying?.move(gone, next)]).toEqual([false, true, false]);
    await net.clock.advance(50);
    const there = { host: '10.0.0.3', port: 5060 };
    expect(net.relaying?.move(there, next)).toBe(false);
    const { response } = await net.clock.until(call.answered);
    expect([response.bodyText(), net.clock.now() < 1500]).toEqual(['moved', true]);
    expect(net.relaying?.move(there, next)).toBe(false);
    await net.clock.advance(120_000);
    expect([net.layer.serverTransactions, net.layer.clientTransactions]).toEqual([0, 0]);
  });

  it('waits on where the first has said that it is trying', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const slow = net.agent('10.0.0.2');
    net.bindings.set('bob', [{ uri: 'sip:bob@10.0.0.2:5060', q: 1, silenceMs: 2000 }, { uri: 'sip:bob@10.0.0.3:5060', q: 0.5 }]);
    slow.onCall((call) => void net.clock.setTimeout(() => void call.accept(200), 20_000));
    const { response } = await net.clock.until(callBob(caller).answered);
    expect([response.status, Math.round(net.clock.now() / 1000)]).toEqual([200, 20]);
  });

  it('stops at a failure that does not lead on', async () => {
    const net = new ProxiedNetwork({}, { goesOn: ({ status }) => status === 503 });
    const caller = net.agent('10.0.0.1');
    net.agent('10.0.0.2', 'bob', {}, 1).onCall((call) => call.reject(503));
    net.agent('10.0.0.3', 'bob', {}, 0.5).onCall((call) => call.reject(486));
    net.agent('10.0.0.4', 'bob', {}, 0.2).onCall((call) => void call.accept(200));
    expect((await failure(net, callBob(caller))).status).toBe(486);
  });

  it('ends the losing call of two that answer at the same moment', async () => {
    const net = new ProxiedNetwork();
    const caller = net.agent('10.0.0.1');
    const ends: string[] = [];
    for (const host of ['10.0.0.2', '10.0.0.3']) {
      net.agent(host, 'bob').onCall(async (call) => {
        const dialog = await call.accept(200, host);
        dialog.onEnded((reason) => ends.push(`${host} ${reason}`));
      });
    }
    const { response } = await net.clock.until(callBob(caller).answered);
    await net.clock.advance(5000);
    expect(response.bodyText()).toBe('10.0.0.2');
    expect(ends).toEqual(['10.0.0.3 remote-bye']);
  });
});

describe('timers of a relayed INVITE', () => {
  it('Timer C cancels a call that rings for ever', async () => {
    const net = new ProxiedNetwork({ timerCMs: 10_000 });
    const caller = net.agent('10.0.0.1');
    let cancelled = false;
    net.agent('10.0.0.2', 'bob').onCall((call) => {
      call.ring();
      call.onCancelled(() => (cancelled = true));
    });
    expect((await failure(net, callBob(caller))).status).toBe(487);
    expect(cancelled).toBe(true);
    expect(net.clock.now()).toBeGreaterThan(10_000);
  });

  it('a request other than INVITE that nobody answers is not answered either (RFC 4320)', async () => {
    let silent = 0;
    const net = new ProxiedNetwork({}, { onTimeout: () => silent++ });
    const caller = net.agent('10.0.0.1');
    net.bindings.set('bob', [{ uri: 'sip:bob@10.0.0.99' }]);
    await expect(net.clock.until(caller.request(caller.createRequest('MESSAGE', 'sip:bob@10.0.0.5', { from: 'sip:alice@10.0.0.5' })))).rejects.toThrow(/No answer/);
    await net.clock.advance(1000);
    expect(silent).toBe(1);
    expect(net.network.sent.some(({ from, datagram }) => from.host === PROXY.host && parseMessage(datagram).headers.get('CSeq') === '1 MESSAGE' && datagram.toString().startsWith('SIP/2.0'))).toBe(false);
  });
});

describe('session timers (RFC 4028 §8)', () => {
  it('are asked for by the proxy, and refreshed by the caller where the callee knows nothing of them', async () => {
    const net = new ProxiedNetwork({ sessionExpires: 100 });
    const caller = net.agent('10.0.0.1', undefined, { sessionTimers: { expires: 1000 } });
    net.agent('10.0.0.2', 'bob', { sessionTimers: false }).onCall((call) => void call.accept(200));
    const { response } = await net.clock.until(callBob(caller).answered);
    expect([response.headers.get('Session-Expires'), response.headers.get('Require')]).toEqual(['1000;refresher=uac', 'timer']);
    await net.clock.advance(600_000);
    expect(net.log().filter((line) => line.startsWith('caller>proxy UPDATE'))).toHaveLength(1);
  });

  it('are asked for in the name of a caller who knows nothing of them, and refreshed by the callee', async () => {
    const net = new ProxiedNetwork({ sessionExpires: 100 });
    const caller = net.agent('10.0.0.1', undefined, { sessionTimers: false });
    let dialog: Dialog | undefined;
    net.agent('10.0.0.2', 'bob').onCall(async (call) => {
      dialog = await call.accept(200);
    });
    await net.clock.until(callBob(caller).answered);
    await net.clock.advance(600_000);
    const refreshes = net.log().filter((line) => /^bob>proxy (INVITE|UPDATE)/.test(line));
    expect(refreshes.length).toBeGreaterThan(5);
    expect(dialog?.ended).toBeUndefined();
    await caller.layer.close();
    await net.clock.advance(200_000);
    expect(dialog?.ended).toMatch(/timeout|session-expired/);
  });
});
