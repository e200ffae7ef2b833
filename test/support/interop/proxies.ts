/** The registrars and proxies that strangers' tools are run against: our daemon, and Kamailio as the control that the tools are right. */
import { join } from 'node:path';
import { startKamailio } from '../kamailio/kamailio.ts';
import { scratchFolder } from '../paths.ts';
import { startService } from '../processes/service.ts';
import type { ToolName } from '../tools/system-tools.ts';

export interface RunningProxy {
  port: number;
  pid: number;
  stop: () => Promise<void>;
}

export interface ProxyOptions {
  /** Any free port unless given. */
  port?: number;
  /** With a secret it challenges REGISTER and INVITE. */
  secret?: string;
  /** MD5 unless given: the tools of today's distributions know nothing else. */
  algorithm?: 'MD5' | 'SHA-256';
}

export interface ProxyUnderTest {
  name: string;
  /** What it takes beside the tools of the test itself. */
  tools: readonly ToolName[];
  /** Three users, percent-escaped as in a URI. */
  names: readonly string[];
  start: (options?: ProxyOptions) => Promise<RunningProxy>;
}

export const kamailio: ProxyUnderTest = {
  name: 'Kamailio',
  tools: ['kamailio'],
  // Its registrar refuses what is not ASCII, escaped or not: "Error while unescaping username".
  names: ['anna', 'bert', 'cara'],
  start: (options) => startKamailio(options),
};

export const signaling: ProxyUnderTest = {
  name: 'our signaling daemon',
  tools: [],
  names: ['anna', 'bert', 'caf%C3%A9'],
  start: async ({ port = 0, secret, algorithm = 'MD5' } = {}) => {
    const folder = scratchFolder('signaling');
    const trust = [...(secret === undefined ? [] : ['--secret', secret]), '--digest', algorithm.toLowerCase()];
    const { child, addresses } = await startService('signaling', [String(port), '--directory', join(folder.path, 'directory.xml'), ...trust]);
    return {
      port: Number(addresses['sip']?.split(':').at(-1)),
      pid: child.pid,
      stop: async () => {
        await child.end();
        folder.remove();
      },
    };
  },
};

export const proxies: readonly ProxyUnderTest[] = [signaling, kamailio];
