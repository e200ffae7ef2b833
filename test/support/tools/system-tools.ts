/** The programs that system tests need beyond Node, and which package of Debian has them. */
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface SystemTool {
  /** Names under which the program may be installed; the first found is used. */
  commands: readonly string[];
  /** What shows that it is there, where it is no program: a file of the package. */
  file?: string;
  debianPackage: string;
}

export const SYSTEM_TOOLS = {
  ffmpeg: { commands: ['ffmpeg'], debianPackage: 'ffmpeg' },
  chromium: { commands: ['chromium', 'chromium-browser', 'google-chrome'], debianPackage: 'chromium' },
  firefox: { commands: ['firefox-esr', 'firefox'], debianPackage: 'firefox-esr' },
  tshark: { commands: ['tshark'], debianPackage: 'tshark' },
  sipp: { commands: ['sipp'], debianPackage: 'sip-tester' },
  sipsak: { commands: ['sipsak'], debianPackage: 'sipsak' },
  kamailio: { commands: ['kamailio'], debianPackage: 'kamailio' },
  baresip: { commands: ['baresip'], debianPackage: 'baresip-core' },
  turnserver: { commands: ['turnserver'], debianPackage: 'coturn' },
  aiortc: { commands: [], file: '/usr/lib/python3/dist-packages/aiortc/__init__.py', debianPackage: 'python3-aiortc' },
  nft: { commands: ['nft'], debianPackage: 'nftables' },
  'systemd-analyze': { commands: ['systemd-analyze'], debianPackage: 'systemd' },
  promtool: { commands: ['promtool'], debianPackage: 'prometheus' },
  'redis-server': { commands: ['redis-server'], debianPackage: 'redis-server' },
  postgres: { commands: ['postgres'], debianPackage: 'postgresql' },
  nginx: { commands: ['nginx'], debianPackage: 'nginx-light' },
  ip: { commands: ['ip'], debianPackage: 'iproute2' },
} as const satisfies Record<string, SystemTool>;

export type ToolName = keyof typeof SYSTEM_TOOLS;

/** Administrators' programs are often outside an ordinary user's PATH. */
const ALSO_SEARCHED = ['/usr/local/sbin', '/usr/sbin', '/sbin'];
/** Debian keeps each release of PostgreSQL's server in a folder of its own. */
const POSTGRES_RELEASES = '/usr/lib/postgresql';

/** Where the tool is, or the file that shows that it is there, or undefined. */
export function findTool(name: ToolName): string | undefined {
  const { commands, file }: SystemTool = SYSTEM_TOOLS[name];
  return findCommand(commands) ?? (file !== undefined && existsSync(file) ? file : undefined);
}

/** Where the first of these programs that is installed is, or undefined. */
export function findCommand(commands: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ALSO_SEARCHED, ...postgresFolders()];
  for (const command of commands) {
    const found = folders.map((folder) => join(folder, command)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** For tests that cannot run without: the tool's path, else an error that says what to install. */
export function toolPath(name: ToolName): string {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed: apt-get install ${SYSTEM_TOOLS[name].debianPackage}`);
  return path;
}

/** For `describe.skipIf(lacks('tshark', 'ip'))`: whether any of them is missing. */
export function lacks(...names: readonly ToolName[]): boolean {
  return names.some((name) => findTool(name) === undefined);
}

/** Network namespaces and packet filters are for root alone. */
export function lacksRoot(): boolean {
  return process.getuid?.() !== 0;
}

function postgresFolders(): string[] {
  if (!existsSync(POSTGRES_RELEASES)) return [];
  return readdirSync(POSTGRES_RELEASES).map((release) => join(POSTGRES_RELEASES, release, 'bin'));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
