/** Our front and streamer with a real Kamailio in place of our daemon. */
import type { ServiceProcess } from '../processes/service.ts';
import { startService } from '../processes/service.ts';
import { freeUdpPorts } from '../network/udp-ports.ts';
import { startKamailio } from './kamailio.ts';
import type { Kamailio } from './kamailio.ts';

export const STREAMER = 'sample';
/** In the directory that Kamailio gives out, though nobody of ours registers it. */
export const OTHER = 'ringing';

export interface KamailioSystem {
  kamailio: Kamailio;
  streamer: ServiceProcess;
  front: ServiceProcess;
  /** Where the page is, without a slash at the end. */
  url: string;
  stop: () => Promise<void>;
}

/** Starts all three; with a secret, Kamailio challenges REGISTER and INVITE by SHA-256. */
export async function startKamailioSystem({ secret }: { secret?: string } = {}): Promise<KamailioSystem> {
  const [port = 0] = await freeUdpPorts(1);
  const trust = secret === undefined ? {} : { secret, algorithm: 'SHA-256' as const };
  const kamailio = await startKamailio({ port, directory: directoryOf(port), ...trust });
  const options = secret === undefined ? {} : { env: { SIPCAST_SECRET: secret } };
  const where = ['127.0.0.1', String(port)];
  const [streamer, front] = await Promise.all([
    startService('streamer', ['test', ...where, '--source', 'test', '--name', STREAMER, '--media-host', '127.0.0.1'], options),
    startService('front', ['0', ...where], options),
  ]);
  return {
    kamailio,
    streamer,
    front,
    url: (front.addresses['http'] ?? '').replace(/\/$/, ''),
    stop: async () => {
      await front.child.end();
      await streamer.child.end();
      await kamailio.stop();
    },
  };
}

function directoryOf(port: number): object {
  const streamers = [STREAMER, OTHER].map((name) => ({
    name,
    address: `sip:${name}@127.0.0.1:${port}`,
    title: name,
    description: 'as Kamailio has it',
    image: '',
    codecs: { audio: ['opus'], video: ['VP8'] },
    viewers: 0,
  }));
  return { streamers, total: streamers.length };
}
