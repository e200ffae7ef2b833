import { describe, expect, it } from 'vitest';
import { humanSeconds, ProgressReport } from '../../../../streamer/source/progress.ts';

function setUp(isTTY: boolean, duration: number | undefined = 100) {
  const written: string[] = [];
  const lines: string[] = [];
  let now = 0;
  const report = new ProgressReport({ title: 'film.mkv', duration, terminal: { isTTY, write: (text) => written.push(text) }, line: (text) => lines.push(text), now: () => now });
  return { written, lines, report, pass: (ms: number) => (now += ms) };
}

describe('how far an encoding is', () => {
  it('is a bar with the time left on a terminal, which is cleared at the end', () => {
    const { written, lines, report, pass } = setUp(true);
    report.update({ seconds: 25, elapsedMs: 10_000 });
    pass(50);
    report.update({ seconds: 26, elapsedMs: 10_050 });
    expect(written).toEqual([`\r\x1b[Kfilm.mkv: encoding ${'█'.repeat(6)}${'░'.repeat(18)} 25 %, 30 s left`]);
    report.end();
    expect(written.at(-1)).toBe('\r\x1b[K');
    expect(lines).toEqual([]);
  });

  it('is a line now and then in a log', () => {
    const { written, lines, report, pass } = setUp(false);
    report.update({ seconds: 50, elapsedMs: 200_000 });
    pass(14_000);
    report.update({ seconds: 60, elapsedMs: 214_000 });
    pass(1_000);
    report.update({ seconds: 75, elapsedMs: 225_000 });
    report.end();
    expect(lines).toEqual(['film.mkv: encoding, 50 %, 3 min 20 s left', 'film.mkv: encoding, 75 %, 1 min 15 s left']);
    expect(written).toEqual([]);
  });

  it('tells what is done where nobody knows how long the film is', () => {
    const { lines, report } = setUp(false, 0);
    report.update({ seconds: 3_725, elapsedMs: 1 });
    expect(lines).toEqual(['film.mkv: encoding, 1 h 2 min of it done']);
    expect(humanSeconds(-1)).toBe('0 s');
  });
});
