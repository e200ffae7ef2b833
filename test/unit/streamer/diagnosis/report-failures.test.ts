import { describe, expect, it } from 'vitest';
import type { LogFields } from '../../../../shared/log/fields.ts';
import { silentLogger, type Logger } from '../../../../shared/log/logger.ts';
import { diagnose } from '../../../../streamer/diagnosis/diagnose.ts';
import { reportFailures } from '../../../../streamer/diagnosis/report-failures.ts';

const OFFERED = [
  '1 1 udp 2122260223 192.168.0.4 5000 typ host generation 0 ufrag s3cr',
  '2 1 udp 1 0f5c1a9e.local 5001 typ host',
  '3 1 udp 1 1f5c1a9e.local 5002 typ host',
  '4 1 tcp 1 192.168.0.4 9 typ host tcptype active',
  'nonsense',
];

describe('what an operator is told of failed connections', () => {
  it('is one line with the candidates of both sides, and no more of them; those that follow are counted', () => {
    const lines: [LogFields, string][] = [];
    const log: Logger = { ...silentLogger, warn: (first: LogFields | string, text?: string) => void lines.push([first as LogFields, text ?? '']) };
    const failures = reportFailures(log);
    const diagnosis = diagnose({ who: 'the viewer', offered: OFFERED, answered: ['10.0.0.5:9'], checks: { received: 0, from: [], sent: 7, answered: 0 }, nominated: false, dtls: 'not-begun' });
    for (let call = 1; call <= 100; call++) failures.report(`call ${call}`, diagnosis);
    expect(lines).toHaveLength(1);
    const [[fields, text]] = lines as [[LogFields, string]];
    expect(text).toBe(`no media came up: ${diagnosis.sentence}`);
    expect(fields).toEqual({
      callId: 'call 1',
      failure: 'no-udp',
      candidates: ['host 192.168.0.4:5000', 'host (hidden by the browser)', 'host 192.168.0.4:9 tcp', '?'],
      ours: ['10.0.0.5:9'],
      checks: { received: 0, from: [], sent: 7, answered: 0 },
    });
    failures.close();
    expect(lines.at(-1)?.[0]).toEqual({ repeated: 99 });
  });
});
