/** How long a viewer waits for the picture, in real browsers, with the whole system running. */
import { BROWSERS } from '../../support/browsers/launch.ts';
import { repository } from '../../support/paths.ts';
import { startSystem } from '../../support/system.ts';
import { findTool } from '../../support/tools/system-tools.ts';
import { timeToFirstFrame } from '../time-to-first-frame.ts';

const STREAMER = 'sample';

/** A row for each browser that is installed. */
export async function measureFirstFrame(): Promise<string[][]> {
  const system = await startSystem({
    streamers: [{ name: STREAMER, file: `${repository}/data/sample.webm`, args: ['--log-level', 'warn'] }],
    signalingArgs: ['--log-level', 'warn', '--rate-limit', '0'],
    frontArgs: ['--log-level', 'warn', '--requests-per-minute', '0'],
  });
  const rows: string[][] = [];
  try {
    for (const kind of BROWSERS) {
      if (findTool(kind) === undefined) process.stderr.write(`\n!! ${kind} is not installed: its row is MISSING\n\n`);
      else rows.push(await timeToFirstFrame(kind, system.url, STREAMER));
    }
  } finally {
    await system.stop();
  }
  return rows;
}

export function firstFrameTable(rows: readonly string[][]): string[][] {
  return [['ms from when a watch begins', 'answer', 'ICE', 'DTLS', 'first frame'], ...rows];
}
