import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import type { Logger } from '../../../../shared/log/logger.ts';
import { RepeatedWarning } from '../../../../shared/log/repeated-warning.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

function recorder(): { log: Logger; warnings: string[] } {
  const warnings: string[] = [];
  return { log: { ...silentLogger, warn: (_fields: unknown, message?: string) => void warnings.push(message ?? '') }, warnings };
}

describe('RepeatedWarning', () => {
  it('logs the first at once and counts the others', async () => {
    const { log, warnings } = recorder();
    const clock = new VirtualClock();
    const repeated = new RepeatedWarning(log, { windowMs: 1000, clock });
    for (let index = 0; index < 100; index += 1) repeated.warn({}, 'not SIP');
    expect(warnings).toEqual(['not SIP']);
    await clock.advance(1000);
    expect(warnings).toEqual(['not SIP', 'not SIP (99 more times)']);
    repeated.warn({}, 'not SIP');
    expect(warnings).toHaveLength(3);
    await clock.advance(1000);
    expect(warnings, 'one alone is not told twice').toHaveLength(3);
  });

  it('tells kinds apart, but only so many', () => {
    const { log, warnings } = recorder();
    const repeated = new RepeatedWarning(log, { clock: new VirtualClock() });
    for (let index = 0; index < 10_000; index += 1) repeated.warn({}, `from ${index}`);
    expect(warnings).toHaveLength(257);
    repeated.close();
    expect(warnings).toHaveLength(258);
    expect(warnings.at(-1)).toContain('9743 more times');
  });
});
