import { describe, expect, it } from 'vitest';
import type { ServerState } from '../../../../../shared/sip/transaction/machines/server.ts';
import { ServerMachine } from '../../../../../shared/sip/transaction/server.ts';
import { plainRequest, plainResponse, Recorder } from '../../../../support/sip/recorders.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const ALICE = { host: '10.0.0.1', port: 5060 };

interface Bench {
  clock: VirtualClock;
  recorder: Recorder;
  machine: ServerMachine;
  respond: (status: number) => void;
  again: () => void;
  ack: () => void;
}

function start(method: string): Bench {
  const clock = new VirtualClock();
  const recorder = new Recorder();
  const request = plainRequest(method);
  const machine = new ServerMachine(recorder.environment(clock), 'key', request, ALICE);
  machine.user = recorder.serverUser;
  return {
    clock,
    recorder,
    machine,
    respond: (status) => machine.respond(plainResponse(request, status)),
    again: () => machine.handle('request', request),
    ack: () => machine.handle('ack', plainRequest('ACK')),
  };
}

interface Row {
  readonly enter: (bench: Bench) => void;
  readonly on: Readonly<Record<string, readonly [ServerState, ...string[]]>>;
  readonly quiet: readonly [number, ServerState, ...string[]];
}

const EVENTS: Readonly<Record<string, (bench: Bench) => void>> = {
  'the request again': ({ again }) => again(),
  ACK: ({ ack }) => ack(),
  '1xx from the user': ({ respond }) => respond(180),
  '2xx from the user': ({ respond }) => respond(200),
  '3xx-6xx from the user': ({ respond }) => respond(486),
  'transport error': ({ machine }) => machine.fail(new Error('unreachable')),
};

const NOTHING = 300_000;
const repeated = (line: string, times: number): string[] => Array.from({ length: times }, () => line);

/** A state in which nothing happens whatever comes. */
function deaf(state: ServerState, enter: Row['enter']): Row {
  return { enter, on: Object.fromEntries(Object.keys(EVENTS).map((event) => [event, [state] as const])), quiet: [NOTHING, state] };
}

const INVITE: Readonly<Record<string, Row>> = {
  proceeding: {
    enter: ({ respond }) => respond(180),
    on: {
      'the request again': ['proceeding', 'send 180 1 INVITE'],
      ACK: ['proceeding'],
      '1xx from the user': ['proceeding', 'send 180 1 INVITE'],
      '2xx from the user': ['accepted', 'send 200 1 INVITE'],
      '3xx-6xx from the user': ['completed', 'send 486 1 INVITE'],
      'transport error': ['proceeding', 'user transport error'],
    },
    quiet: [NOTHING, 'proceeding'],
  },
  completed: {
    enter: ({ respond }) => respond(486),
    on: {
      'the request again': ['completed', 'send 486 1 INVITE'],
      ACK: ['confirmed'],
      '1xx from the user': ['completed'],
      '2xx from the user': ['completed'],
      '3xx-6xx from the user': ['completed'],
      'transport error': ['completed', 'user transport error'],
    },
    // Timer G: 500, 1500, 3500, then each 4 s up to 31500; Timer H at 32000.
    quiet: [32_000, 'terminated', ...repeated('send 486 1 INVITE', 10), 'forget', 'user timeout'],
  },
  confirmed: {
    ...deaf('confirmed', (bench) => {
      bench.respond(486);
      bench.ack();
    }),
    // Timer I.
    quiet: [5000, 'terminated', 'forget'],
  },
  accepted: {
    enter: ({ respond }) => respond(200),
    on: {
      'the request again': ['accepted'],
      ACK: ['accepted', 'user ack'],
      '1xx from the user': ['accepted'],
      '2xx from the user': ['accepted', 'send 200 1 INVITE'],
      '3xx-6xx from the user': ['accepted'],
      'transport error': ['accepted', 'user transport error'],
    },
    // Timer L.
    quiet: [32_000, 'terminated', 'forget'],
  },
  terminated: deaf('terminated', (bench) => {
    bench.respond(200);
    bench.clock.tick(32_000);
  }),
};

const NON_INVITE: Readonly<Record<string, Row>> = {
  trying: {
    enter: () => undefined,
    on: {
      'the request again': ['trying'],
      ACK: ['trying'],
      '1xx from the user': ['proceeding', 'send 180 1 MESSAGE'],
      '2xx from the user': ['completed', 'send 200 1 MESSAGE'],
      '3xx-6xx from the user': ['completed', 'send 486 1 MESSAGE'],
      'transport error': ['terminated', 'forget', 'user transport error'],
    },
    quiet: [32_000, 'terminated', 'forget', 'user timeout'],
  },
  proceeding: {
    enter: ({ respond }) => respond(180),
    on: {
      'the request again': ['proceeding', 'send 180 1 MESSAGE'],
      ACK: ['proceeding'],
      '1xx from the user': ['proceeding', 'send 180 1 MESSAGE'],
      '2xx from the user': ['completed', 'send 200 1 MESSAGE'],
      '3xx-6xx from the user': ['completed', 'send 486 1 MESSAGE'],
      'transport error': ['terminated', 'forget', 'user transport error'],
    },
    quiet: [32_000, 'terminated', 'forget', 'user timeout'],
  },
  completed: {
    enter: ({ respond }) => respond(200),
    on: {
      'the request again': ['completed', 'send 200 1 MESSAGE'],
      ACK: ['completed'],
      '1xx from the user': ['completed'],
      '2xx from the user': ['completed'],
      '3xx-6xx from the user': ['completed'],
      'transport error': ['terminated', 'forget'],
    },
    // Timer J.
    quiet: [32_000, 'terminated', 'forget'],
  },
  terminated: deaf('terminated', (bench) => bench.clock.tick(32_000)),
};

for (const [method, rows] of [['INVITE', INVITE], ['MESSAGE', NON_INVITE]] as const) {
  describe(`${method} server transaction`, () => {
    for (const [state, row] of Object.entries(rows)) {
      for (const [event, cause] of Object.entries(EVENTS)) {
        it(`${state} × ${event}`, () => {
          const bench = start(method);
          row.enter(bench);
          expect(bench.machine.state).toBe(state);
          bench.recorder.take();
          cause(bench);
          const [next, ...happened] = row.on[event]!;
          expect([bench.machine.state, ...bench.recorder.take()]).toEqual([next, ...happened]);
        });
      }

      it(`${state} × its timers`, () => {
        const bench = start(method);
        row.enter(bench);
        bench.recorder.take();
        const [ms, next, ...happened] = row.quiet;
        bench.clock.tick(ms - 5);
        if (ms !== NOTHING) expect(bench.machine.state).toBe(state);
        bench.clock.tick(5);
        expect([bench.machine.state, ...bench.recorder.take()]).toEqual([next, ...happened]);
        bench.clock.tick(NOTHING);
        expect(bench.recorder.take()).toEqual([]);
      });
    }
  });
}

describe('an INVITE whose user is silent', () => {
  it('gets 100 Trying after 200 ms, and again when it comes again', () => {
    const { clock, recorder, machine, again } = start('INVITE');
    again();
    clock.tick(195);
    expect(recorder.take()).toEqual([]);
    clock.tick(5);
    expect(recorder.take()).toEqual(['send 100 1 INVITE']);
    again();
    expect([machine.state, ...recorder.take()]).toEqual(['proceeding', 'send 100 1 INVITE']);
  });
});
