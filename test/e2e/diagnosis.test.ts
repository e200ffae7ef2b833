/** What viewers read when no media comes: behind a firewall that drops UDP, and in Firefox where only loopback is offered. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { launchBrowser } from '../support/browsers/launch.ts';
import { problemOn } from '../support/browsers/problem.ts';
import { ViewerPage } from '../support/browsers/viewer-page.ts';
import type { AfterAll, InVain } from '../support/browsers/watch-in-vain.ts';
import { makeNamespacePair } from '../support/network/namespaces.ts';
import { dist, repository } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';
import { startSystem } from '../support/system.ts';
import { lacks, lacksRoot, toolPath } from '../support/tools/system-tools.ts';

const SAMPLE = join(repository, 'data/sample.webm');

const isInVain = (message: unknown): message is InVain => typeof message === 'object' && message !== null && 'problem' in message;
const isAfterAll = (message: unknown): message is AfterAll => typeof message === 'object' && message !== null && 'framesDecoded' in message;

describe.skipIf(lacksRoot() || lacks('chromium', 'ip', 'nft'))('a firewall that drops UDP', () => {
  it('is named on the page, with the address and what would help, and in one line for each operator; when it is opened, the page plays by itself', async () => {
    const { near, far, remove } = await makeNamespacePair();
    const nft = (rules: string): void => void execFileSync(toolPath('ip'), ['netns', 'exec', near.name, toolPath('nft'), rules]);
    nft(`add table ip wall; add chain ip wall incoming { type filter hook input priority 0; }; add rule ip wall incoming iifname "${near.interfaceName}" meta l4proto udp drop`);
    const system = await startSystem({
      namespace: near.name,
      host: near.address,
      env: { SIPCAST_SECRET: 'a secret that the services share' },
      streamers: [{ name: 'cam', file: SAMPLE, args: ['--connect-timeout', '2', '--media-port', '40000'] }],
    });
    const program = join(dist, 'test/support/browsers/watch-in-vain.js');
    const child = new Child(process.execPath, [program, 'chromium', system.url, 'cam'], { name: 'watching in vain', namespace: far.name });
    try {
      const { problem } = await child.message(isInVain);
      expect(problem.failure).toBe('no-udp');
      expect(problem.heading).toBe('No path for sound and picture');
      expect(problem.advice).toContain(`No UDP passes between this browser and ${near.address}: a firewall or a NAT stands between.`);
      expect(problem.advice).toContain('a TURN server is needed, and none is configured');
      for (const { process } of [system.streamer('cam'), system.front]) {
        const { record } = await process.child.log.waitFor((line) => line.record?.level === 'warn' && line.record['failure'] === 'no-udp');
        expect(record?.msg).toContain(`No UDP of the viewer arrived at ${near.address}:40000`);
      }
      nft('delete table ip wall');
      const { framesDecoded, complaints } = await child.message(isAfterAll);
      expect(framesDecoded).toBeGreaterThan(0);
      expect(complaints).toEqual([]);
    } finally {
      await child.end();
      await system.stop();
      await remove();
    }
  });
});

describe.skipIf(lacks('firefox'))('loopback alone, offered to Firefox with the settings that it comes with', () => {
  it('is named on the page, with what its operator can do', async () => {
    const system = await startSystem({ streamers: [{ name: 'cam', file: SAMPLE, args: ['--media-host', '127.0.0.1', '--connect-timeout', '2'] }] });
    const firefox = await launchBrowser('firefox');
    try {
      const viewer = await ViewerPage.open(firefox.browser, system.url);
      await viewer.signIn('ana');
      await viewer.choose('cam');
      const { failure, heading, advice } = await problemOn(viewer.page);
      expect(failure).toBe('no-common-address');
      expect(heading).toBe('It cannot be reached from here');
      expect(advice).toMatch(/only offers 127\.0\.0\.1, which Firefox never uses.*without --media-host, or with --announce-ip/);
      await viewer.close();
    } finally {
      await firefox.close();
      await system.stop();
    }
  });
});
