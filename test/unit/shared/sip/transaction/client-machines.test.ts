import { describe, expect, it } from 'vitest';
import { ClientTransaction } from '../../../../../shared/sip/transaction/client.ts';
import type { ClientState } from '../../../../../shared/sip/transaction/machines/client.ts';
import { plainRequest, plainResponse, Recorder } from '../../../../support/sip/recorders.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const BOB = { host: '10.0.0.2', port: 5060 };

interface Bench {
  clock: VirtualClock;
  recorder: Recorder;
  transaction: ClientTransaction;
  respond: (status: number) => void;
}

function start(method: string): Bench {
  const clock = new VirtualClock();
  const recorder = new Recorder();
  const request = plainRequest(method);
  const transaction = new ClientTransaction(recorder.environment(clock), 'key', 'z9hG4bKone', request, BOB, recorder);
  transaction.start();
  return { clock, recorder, transaction, respond: (status) => transaction.receive(plainResponse(request, status)) };
}

/** What brings a transaction into each state, and what each event then does: state after it, and all that happens. */
interface Row {
  readonly enter: (bench: Bench) => void;
  readonly on: Readonly<Record<string, readonly [ClientState, ...string[]]>>;
  /** Time that passes until the state ends by itself, ms, and what happens meanwhile. */
  readonly quiet: readonly [number, ClientState, ...string[]];
}

const EVENTS: Readonly<Record<string, (bench: Bench) => void>> = {
  '1xx': ({ respond }) => respond(180),
  '2xx': ({ respond }) => respond(200),
  '3xx-6xx': ({ respond }) => respond(486),
  'transport error': ({ transaction }) => transaction.fail(new Error('unreachable')),
};

const NOTHING = 300_000;
const repeated = (line: string, times: number): string[] => Array.from({ length: times }, () => line);

const INVITE: Readonly<Record<string, Row>> = {
  calling: {
    enter: () => undefined,
    on: {
      '1xx': ['proceeding', 'user 180'],
      '2xx': ['accepted', 'user 200'],
      '3xx-6xx': ['completed', 'send ACK 1', 'user 486'],
      'transport error': ['terminated', 'forget', 'user transport error'],
    },
    // Timer A: 500, 1500, 3500, 7500, 15500, 31500; Timer B at 32000.
    quiet: [32_000, 'terminated', ...repeated('send INVITE 1', 6), 'forget', 'user timeout'],
  },
  proceeding: {
    enter: ({ respond }) => respond(180),
    on: {
      '1xx': ['proceeding', 'user 180'],
      '2xx': ['accepted', 'user 200'],
      '3xx-6xx': ['completed', 'send ACK 1', 'user 486'],
      'transport error': ['proceeding'],
    },
    quiet: [NOTHING, 'proceeding'],
  },
  completed: {
    enter: ({ respond }) => respond(486),
    on: {
      '1xx': ['completed'],
      '2xx': ['completed'],
      '3xx-6xx': ['completed', 'send ACK 1'],
      'transport error': ['terminated', 'forget', 'user transport error'],
    },
    // Timer D.
    quiet: [32_000, 'terminated', 'forget'],
  },
  accepted: {
    enter: ({ respond }) => respond(200),
    on: {
      '1xx': ['accepted'],
      '2xx': ['accepted', 'user 200'],
      '3xx-6xx': ['accepted'],
      'transport error': ['accepted'],
    },
    // Timer M.
    quiet: [32_000, 'terminated', 'forget'],
  },
  terminated: {
    enter: ({ clock }) => clock.tick(32_000),
    on: { '1xx': ['terminated'], '2xx': ['terminated'], '3xx-6xx': ['terminated'], 'transport error': ['terminated'] },
    quiet: [NOTHING, 'terminated'],
  },
};

const NON_INVITE: Readonly<Record<string, Row>> = {
  trying: {
    enter: () => undefined,
    on: {
      '1xx': ['proceeding', 'user 180'],
      '2xx': ['completed', 'user 200'],
      '3xx-6xx': ['completed', 'user 486'],
      'transport error': ['terminated', 'forget', 'user transport error'],
    },
    // Timer E: 500, 1500, 3500, 7500, then each 4 s up to 31500; Timer F at 32000.
    quiet: [32_000, 'terminated', ...repeated('send MESSAGE 1', 10), 'forget', 'user timeout'],
  },
  proceeding: {
    enter: ({ respond }) => respond(180),
    on: {
      '1xx': ['proceeding', 'user 180'],
      '2xx': ['completed', 'user 200'],
      '3xx-6xx': ['completed', 'user 486'],
      'transport error': ['terminated', 'forget', 'user transport error'],
    },
    // Timer E runs on at 500, then each 4 s.
    quiet: [32_000, 'terminated', ...repeated('send MESSAGE 1', 8), 'forget', 'user timeout'],
  },
  completed: {
    enter: ({ respond }) => respond(200),
    on: { '1xx': ['completed'], '2xx': ['completed'], '3xx-6xx': ['completed'], 'transport error': ['completed'] },
    // Timer K.
    quiet: [5000, 'terminated', 'forget'],
  },
  terminated: {
    enter: ({ clock }) => clock.tick(32_000),
    on: { '1xx': ['terminated'], '2xx': ['terminated'], '3xx-6xx': ['terminated'], 'transport error': ['terminated'] },
    quiet: [NOTHING, 'terminated'],
  },
};

for (const [method, rows] of [['INVITE', INVITE], ['MESSAGE', NON_INVITE]] as const) {
  describe(`${method} client transaction`, () => {
    it('sends its request when it starts', () => {
      const { recorder, transaction } = start(method);
      expect(recorder.take()).toEqual([`send ${method} 1`]);
      expect(transaction.state).toBe(method === 'INVITE' ? 'calling' : 'trying');
    });

    for (const [state, row] of Object.entries(rows)) {
      for (const [event, cause] of Object.entries(EVENTS)) {
        it(`${state} × ${event}`, () => {
          const bench = start(method);
          row.enter(bench);
          expect(bench.transaction.state).toBe(state);
          bench.recorder.take();
          cause(bench);
          const [next, ...happened] = row.on[event]!;
          expect([bench.transaction.state, ...bench.recorder.take()]).toEqual([next, ...happened]);
        });
      }

      it(`${state} × its timers`, () => {
        const bench = start(method);
        row.enter(bench);
        bench.recorder.take();
        const [ms, next, ...happened] = row.quiet;
        bench.clock.tick(ms - 5);
        if (ms !== NOTHING) expect(bench.transaction.state).toBe(state);
        bench.clock.tick(5);
        expect([bench.transaction.state, ...bench.recorder.take()]).toEqual([next, ...happened]);
        bench.clock.tick(NOTHING);
        expect(bench.recorder.take()).toEqual([]);
      });
    }
  });
}

describe('the times of Timer A and E', () => {
  it.each([
    ['INVITE', [500, 1500, 3500, 7500, 15_500, 31_500]],
    ['MESSAGE', [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500]],
  ])('%s is sent again after %j ms', (method, times) => {
    const { clock, recorder } = start(method);
    recorder.take();
    const seen: number[] = [];
    for (let now = 5; now <= 32_000; now += 5) {
      clock.tick(5);
      if (recorder.take().some((line) => line.startsWith('send'))) seen.push(now);
    }
    expect(seen).toEqual(times);
  });
});

describe('the ACK to a failure', () => {
  it('goes where the INVITE went, with its Via, Route, From, Call-ID and CSeq number, and the To of the response', () => {
    const clock = new VirtualClock();
    const sent: string[] = [];
    const recorder = new Recorder();
    const environment = { ...recorder.environment<ClientTransaction>(clock), transmit: (datagram: Buffer) => void sent.push(datagram.toString()) };
    const request = plainRequest('INVITE');
    request.headers.append('Route', '<sip:10.0.0.5;lr>');
    const transaction = new ClientTransaction(environment, 'key', 'z9hG4bKone', request, BOB, recorder);
    transaction.start();
    transaction.receive(plainResponse(request, 404));
    expect(sent[1]!.split('\r\n')).toEqual([
      'ACK sip:bob@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKone;rport',
      'Route: <sip:10.0.0.5;lr>',
      'Max-Forwards: 70',
      'From: <sip:alice@10.0.0.1>;tag=a',
      'To: <sip:bob@10.0.0.2>;tag=b',
      'Call-ID: call',
      'CSeq: 1 ACK',
      'Content-Length: 0',
      '',
      '',
    ]);
  });
});
