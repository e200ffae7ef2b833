/** The options of each service as README shows them: what `--help` prints, between markers. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { dist } from '../support/paths.ts';

const SERVICES = ['signaling', 'streamer', 'front'] as const;

/** `readme` with every block between the markers made anew from the compiled services. */
export function withOptions(readme: string): string {
  return SERVICES.reduce((text, service) => replaceBlock(text, `${service} --help`, helpOf(service)), readme);
}

function helpOf(service: string): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SIPCAST_')));
  return execFileSync(process.execPath, [join(dist, service, 'main.js'), '--help'], { encoding: 'utf8', env });
}

function replaceBlock(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`README.md lacks ${begin} … ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n\`\`\`\n${content.trimEnd()}\n\`\`\`\n\n${text.slice(to)}`;
}
