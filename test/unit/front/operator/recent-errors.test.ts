import { describe, expect, it } from 'vitest';
import { RecentErrors } from '../../../../front/operator/recent-errors.ts';
import { createLogger, silentLogger } from '../../../../shared/log/logger.ts';

describe('RecentErrors', () => {
  it('keeps warnings and errors, the latest first, with what their logger always says', () => {
    const errors = new RecentErrors(() => 1_000);
    const log = errors.listeningTo(silentLogger).child({ callId: 'x@y' });
    log.debug('too small');
    log.info({ a: 1 }, 'too usual');
    log.warn({ streamer: 'cam' }, 'odd');
    log.error({ err: new Error('lost', { cause: new Error('no route') }) }, 'bad');
    expect(errors.list()).toEqual([
      { atMs: 1_000, level: 'error', message: 'bad', callId: 'x@y', detail: '{"error":"lost: no route"}' },
      { atMs: 1_000, level: 'warn', message: 'odd', callId: 'x@y', detail: '{"streamer":"cam"}' },
    ]);
  });

  it('writes to the log all that it is told', () => {
    const lines: string[] = [];
    const log = createLogger({ service: 'front', level: 'info', format: 'json', destination: { write: (line) => void lines.push(line) } });
    const listening = new RecentErrors(() => 0).listeningTo(log).child({ part: 'x' });
    listening.info('hello');
    listening.warn({ n: 1 }, 'careful');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ msg: 'hello', part: 'x' }, { msg: 'careful', part: 'x', n: 1, level: 'warn' }]);
  });

  it('blanks secrets, wherever they stand', () => {
    const errors = new RecentErrors(() => 0);
    const log = errors.listeningTo(silentLogger);
    log.warn({ password: 'hunter2', deep: { token: 'abcdefghijk' }, sdp: 'a=ice-pwd:0123456789012345678901', err: new Error('Bearer abcdefghijklmnop was refused') }, 'sipcast=abcdefghijk is no cookie');
    const text = JSON.stringify(errors.list());
    for (const secret of ['hunter2', 'abcdefghijk', '0123456789']) expect(text).not.toContain(secret);
  });

  it('holds so much and no more, and is not felled by what cannot be written', () => {
    const errors = new RecentErrors(() => 0);
    const log = errors.listeningTo(silentLogger);
    for (let index = 0; index < 1_000; index++) log.warn({ index, long: 'x'.repeat(10_000) }, `${index} ${'y'.repeat(10_000)}`);
    expect(errors.list()).toHaveLength(100);
    expect(errors.list()[0]?.message).toMatch(/^999 y/);
    expect(JSON.stringify(errors.list()).length).toBeLessThan(200_000);
    log.error({ big: 1n }, 'odd');
    expect(errors.list()[0]).toMatchObject({ message: 'odd', detail: '["big"]' });
  });
});
