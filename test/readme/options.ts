/** The options of each command as README shows them: what `--help` prints, between markers. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { dist } from '../support/paths.ts';

const COMMANDS = { signaling: 'signaling/main.js', streamer: 'streamer/main.js', front: 'front/main.js', 'sipcast doctor': 'shared/doctor/main.js' } as const;

/** `readme` with every block between the markers made anew from the compiled services. */
export function withOptions(readme: string): string {
  return Object.entries(COMMANDS).reduce((text, [command, module]) => replaceBlock(text, `${command} --help`, helpOf(module)), readme);
}

function helpOf(module: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SIPCAST_')));
  return execFileSync(process.execPath, [join(dist, module), '--help'], { encoding: 'utf8', env });
}

function replaceBlock(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n\`\`\`\n${content.trimEnd()}\n\`\`\`\n\n${text.slice(to)}`;
}
