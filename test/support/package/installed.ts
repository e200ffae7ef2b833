/** The package as others get it: packed, and put into a folder that holds nothing else, with its dependencies linked. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { repository, scratchFolder } from '../paths.ts';

export interface Installed {
  /** Where somebody would work with it. */
  readonly folder: string;
  /** Path of the file that a command of the package is. */
  bin(command: string): string;
  /** Compiles these files of the folder, strictly and as Node resolves modules; the JavaScript lies in `out/`. Throws what the compiler says. */
  compile(...sources: string[]): void;
  remove(): void;
}

interface Manifest {
  readonly bin: Readonly<Record<string, string>>;
}

/** What is compiled must be there already. */
export function installPackage(): Installed {
  const { path: folder, remove } = scratchFolder('installed');
  const modules = join(folder, 'node_modules');
  const own = join(modules, 'sipcast');
  mkdirSync(own, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], { cwd: repository, encoding: 'utf8' });
  execFileSync('tar', ['-xzf', join(folder, packed.trim()), '-C', own, '--strip-components=1']);
  for (const name of readdirSync(join(repository, 'node_modules'))) if (!name.startsWith('.')) symlinkSync(join(repository, 'node_modules', name), join(modules, name));
  const { bin } = createRequire(join(own, 'package.json'))('./package.json') as Manifest;
  return {
    folder,
    bin: (command) => join(own, bin[command] ?? ''),
    compile: (...sources) => compile(folder, sources),
    remove,
  };
}

function compile(folder: string, sources: readonly string[]): void {
  const compiler = join(folder, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = ['--strict', '--module', 'nodenext', '--target', 'es2023', '--types', 'node', '--verbatimModuleSyntax', '--outDir', 'out', '--rootDir', '.'];
  try {
    execFileSync(process.execPath, [compiler, ...options, ...sources], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    throw new Error(`${sources.join(', ')} cannot be compiled:\n${(error as { stdout: string }).stdout}`, { cause: error });
  }
}
