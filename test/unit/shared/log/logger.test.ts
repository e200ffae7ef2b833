import { describe, expect, it } from 'vitest';
import { createLogger } from '../../../../shared/log/logger.ts';
import type { LogFormat } from '../../../../shared/log/logger.ts';

function logTo(format: LogFormat) {
  const lines: string[] = [];
  const log = createLogger({ service: 'front', level: 'info', format, destination: { write: (text: string) => void lines.push(text) } });
  return { log, lines };
}

describe('createLogger', () => {
  it('writes JSON with level, service and fields', () => {
    const { log, lines } = logTo('json');
    log.child({ callId: 'c1' }).info({ viewers: 3 }, 'watching');
    log.debug('below the level');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', service: 'front', callId: 'c1', viewers: 3, msg: 'watching' });
  });

  it('writes one readable line for people', () => {
    const { log, lines } = logTo('pretty');
    log.warn({ callId: 'c1' }, 'no answer');
    expect(lines.join('')).toMatch(/^\[[\d:.]+\] WARN: front: no answer \{"callId":"c1"\}\n$/);
  });

  it('logs an error with its causes', () => {
    const { log, lines } = logTo('json');
    log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ err: { message: 'outer', cause: { message: 'inner' } } });
  });

  it('never writes secrets', () => {
    const { log, lines } = logTo('json');
    log.child({ secret: 'hunter2' }).info(
      {
        settings: { password: 'hunter2', list: [{ 'ice-pwd': 'hunter2' }] },
        sdp: 'a=ice-ufrag:abcd\r\na=ice-pwd:hunter2hunter2\r\n',
        header: 'Digest username="a", response="deadbeefdeadbeef"',
        bearer: 'Bearer hunter2.hunter2',
        credentials: { username: 'a' },
      },
      'all kinds',
    );
    expect(lines[0]).not.toMatch(/hunter2|deadbeef/);
    expect(lines[0]).toContain('"username":"a"');
    expect(lines[0]).toContain('a=ice-ufrag:abcd');
  });

  it('survives fields that refer to themselves or are huge', () => {
    const { log, lines } = logTo('json');
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    log.info({ circle, bytes: Buffer.alloc(100_000) }, 'odd fields');
    expect(lines[0]?.length).toBeLessThan(500);
  });
});
