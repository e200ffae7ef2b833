/** Two network namespaces joined by a virtual cable: two hosts on one machine. For root on Linux. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toolPath } from '../tools/system-tools.ts';

const run = promisify(execFile);

const COMMAND_LIMIT_MS = 10_000;
let made = 0;

export interface NamespacePair {
  near: Namespace;
  far: Namespace;
  /** Ends both; what still runs inside keeps nothing alive. */
  remove(): Promise<void>;
}

export interface Namespace {
  /** For `ip netns exec`, and for the `namespace` of a Child. */
  name: string;
  /** Its address on the cable. */
  address: string;
  interfaceName: string;
}

/** Makes the pair; names are unique to this process, addresses are 10.77.x.1 and 10.77.x.2. */
export async function makeNamespacePair(): Promise<NamespacePair> {
  made += 1;
  const id = `${process.pid}${made}`;
  const subnet = `10.77.${(process.pid + made) % 256}`;
  const near: Namespace = { name: `sipcast-n${id}`, address: `${subnet}.1`, interfaceName: `vn${id}` };
  const far: Namespace = { name: `sipcast-f${id}`, address: `${subnet}.2`, interfaceName: `vf${id}` };
  const remove = async () => {
    for (const { name } of [near, far]) await ip('netns', 'delete', name).catch(() => undefined);
  };
  try {
    for (const { name } of [near, far]) await ip('netns', 'add', name);
    await ip('link', 'add', near.interfaceName, 'netns', near.name, 'type', 'veth', 'peer', 'name', far.interfaceName, 'netns', far.name);
    for (const { name, address, interfaceName } of [near, far]) {
      await ip('-n', name, 'address', 'add', `${address}/24`, 'dev', interfaceName);
      await ip('-n', name, 'link', 'set', interfaceName, 'up');
      await ip('-n', name, 'link', 'set', 'lo', 'up');
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { near, far, remove };
}

async function ip(...args: string[]): Promise<void> {
  await run(toolPath('ip'), args, { timeout: COMMAND_LIMIT_MS });
}
