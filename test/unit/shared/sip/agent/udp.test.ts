import { afterEach, describe, expect, it } from 'vitest';
import { Agent, Proxy, TransactionLayer, UdpTransport, type Dialog } from '../../../../../shared/sip/index.ts';

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function agent(): Promise<Agent> {
  const agent = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
  closing.push(() => agent.close());
  return agent;
}

describe('over real UDP', () => {
  it('two agents call each other through a proxy', async () => {
    const [alice, bob] = [await agent(), await agent()];
    const layer = new TransactionLayer({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
    closing.push(() => layer.close());
    const { port } = layer.transport.local;
    const proxy = new Proxy({ layer, recordRoute: `sip:127.0.0.1:${port};lr` });
    layer.onRequest((transaction) => {
      const targets = proxy.receive(transaction) === 'ours' ? [{ uri: `sip:bob@127.0.0.1:${bob.local.port}` }] : undefined;
      proxy.relay(transaction, targets);
    });
    layer.onAck((ack) => void proxy.relayAck(ack));

    const accepted = new Promise<Dialog>((resolve, reject) => bob.onCall((call) => void call.accept(202, 'réponse').then(resolve, reject)));
    const call = alice.invite(alice.createRequest('INVITE', `sip:bob@127.0.0.1:${port}`, { from: 'sip:alice@127.0.0.1' }));
    const { dialog, response } = await call.answered;
    expect(response.bodyText()).toBe('réponse');
    const remote = await accepted;
    const ended = new Promise((resolve) => remote.onEnded(resolve));
    await dialog.bye();
    expect(await ended).toBe('remote-bye');
  });
});
