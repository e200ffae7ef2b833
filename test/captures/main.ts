/** `npm run captures`: plays every flow with real services and writes captures/, the walkthrough included. Names of flows may be given. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository, scratchFolder } from '../support/paths.ts';
import { FLOWS } from './flows/all.ts';
import type { Flow } from './flows/flow.ts';
import { sipFrames } from './sip-frames.ts';
import { Stage } from './stage.ts';
import { walkthrough } from './walkthrough.ts';

const folder = join(repository, 'captures');

async function record(flow: Flow): Promise<void> {
  const scratch = scratchFolder('captures');
  const stage = new Stage(scratch.path);
  try {
    await flow.play(stage);
  } finally {
    await stage.clear();
  }
  // pcapng allows several sections in a file: one for each life of the daemon.
  writeFileSync(join(folder, `${flow.name}.pcapng`), Buffer.concat(stage.files.map((file) => readFileSync(file))));
  scratch.remove();
}

const wanted = process.argv.slice(2);
for (const flow of FLOWS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  await record(flow);
  console.log(`captures/${flow.name}.pcapng`);
}
writeFileSync(join(folder, 'README.md'), await walkthrough(FLOWS, ({ name }) => sipFrames(join(folder, `${name}.pcapng`))));
console.log('captures/README.md');
