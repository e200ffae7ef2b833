/** The Nodes that our streamer is run by: the present one, those that are named, or one of the other generation from the registry. */
import { spawnSync } from 'node:child_process';

const GENERATIONS = ['20', '24'];
const FETCH_LIMIT_MS = 180_000;
const ASK_LIMIT_MS = 10_000;

export interface Node {
  /** Such as `Node 24`. */
  readonly label: string;
  readonly path: string;
}

function nodeAt(path: string): Node {
  const { status, stdout } = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8', timeout: ASK_LIMIT_MS });
  if (status !== 0) throw new Error(`${path} is no Node that runs here`);
  return { label: `Node ${stdout.split('.')[0] ?? ''}`, path };
}

/** Fetched by npm into its cache, unless it is there already. */
function fetched(generation: string): Node | undefined {
  const { status, stdout } = spawnSync('npm', ['exec', '--yes', `--package=node@${generation}`, '--', 'node', '-p', 'process.execPath'], { encoding: 'utf8', timeout: FETCH_LIMIT_MS });
  return status === 0 ? nodeAt(stdout.trim()) : undefined;
}

/** @param paths of further Nodes; where there is none, the other generation is fetched if that can be done */
export function nodes(paths: readonly string[]): Node[] {
  const present = nodeAt(process.execPath);
  if (paths.length > 0) return [present, ...paths.map(nodeAt)];
  const others = GENERATIONS.filter((generation) => present.label !== `Node ${generation}`);
  return [
    present,
    ...others.slice(-1).flatMap((generation) => {
      const found = fetched(generation);
      if (!found) process.stderr.write(`\n!! Node ${generation} cannot be fetched (name one by --node PATH or SIPCAST_BENCH_NODES): its rows are MISSING\n\n`);
      return found ? [found] : [];
    }),
  ];
}
