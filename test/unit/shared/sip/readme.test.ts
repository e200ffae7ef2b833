import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { existsSync, readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';

const SIP = new URL('../../../../shared/sip/', import.meta.url);
const OUTPUT = new URL('../../../../test-output/', import.meta.url);
const README = readFileSync(new URL('README.md', SIP), 'utf8');

describe('the page about shared/sip', () => {
  it('has an example that does what it says', async () => {
    const example = /```ts\n([\s\S]*?)```/.exec(README)?.[1] ?? '';
    expect(example.trim().split('\n').length).toBeLessThan(18);
    mkdirSync(OUTPUT, { recursive: true });
    const file = new URL('readme-example.ts', OUTPUT);
    writeFileSync(file, example.replace("'shared/sip/index.ts'", JSON.stringify(new URL('index.ts', SIP).pathname)));
    const printed: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    try {
      await import(pathToFileURL(file.pathname).href);
    } finally {
      log.mockRestore();
    }
    expect(printed.sort()).toEqual(['alice: 200 answer', 'bob: remote-bye']);
  });

  it('names every folder, and no file that is not there', () => {
    for (const entry of readdirSync(SIP, { withFileTypes: true })) {
      if (entry.isDirectory()) expect(README).toContain(`\`${entry.name}/`);
    }
    const files = README.matchAll(/`((?:\w[\w-]*\/)?[\w-]+\.ts)`/g);
    for (const [, file = ''] of files) {
      const found = ['', 'transaction/'].some((folder) => existsSync(new URL(folder + file, SIP)));
      expect(found, file).toBe(true);
    }
  });
});
