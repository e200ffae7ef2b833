/** aiortc, a stranger's WebRTC in Python: scripts that watch and publish, each a process that tells of itself in lines of JSON. */
import { join } from 'node:path';
import { repository } from '../paths.ts';
import { Child } from '../processes/child.ts';

/** Debian's own: its modules are of no other. */
const PYTHON = '/usr/bin/python3';

type Told = Readonly<Record<string, unknown>>;

export class AiortcScript {
  readonly #child: Child;

  /** @param script its name in this folder */
  constructor(script: 'watch' | 'publish', ...args: readonly string[]) {
    this.#child = new Child(PYTHON, [join(repository, 'test/support/aiortc', `${script}.py`), ...args], { name: `aiortc ${script}`, env: { PYTHONDONTWRITEBYTECODE: '1' } });
  }

  /** What it tells with this word, before or after this call; rejects with all that it said when it ends without. */
  async told(word: string): Promise<Told> {
    return read((await this.#child.log.waitFor(({ text }) => word in read(text))).text);
  }

  /** Asks it to end; resolves when it has. */
  async end(): Promise<void> {
    await this.#child.end();
  }
}

function read(line: string): Told {
  try {
    return JSON.parse(line) as Told;
  } catch {
    return {};
  }
}
