/** Opens a media port at which browsers that send are received: one for all rooms of a process, or for all who publish by it. */
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { EgressKind } from '../egress/egress.ts';
import { openEgress } from '../egress/open.ts';
import { reportDrops } from '../egress/report-drops.ts';
import { mediaAddresses } from '../webrtc/addresses.ts';
import { ownCertificate, type Certificate } from '../webrtc/certificate.ts';
import { MediaPort } from '../webrtc/media-port.ts';

export interface PortOptions {
  /** What --media-host says; undefined for every interface. */
  readonly mediaHost: string | undefined;
  /** How packets are encrypted and sent. */
  readonly fanout: EgressKind;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** What all who are received at the port share. */
export interface PortSurroundings {
  readonly port: MediaPort;
  /** What the answer lists, in order of preference; at least one. */
  readonly addresses: readonly string[];
  readonly certificate: Certificate;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly randomBytes: (size: number) => Buffer;
}

export interface OpenedPort {
  /** Networks come and go: each is told the addresses of his moment. */
  surroundings(): Promise<PortSurroundings>;
  close(): Promise<void>;
}

/**
 * Resolves when somebody can be received.
 * @throws EgressUnavailableError where that kind of fan-out cannot be had
 * @throws what binding throws, such as EADDRNOTAVAIL
 */
export async function openMediaPort({ mediaHost, fanout, clock, random, log }: PortOptions): Promise<OpenedPort> {
  const egress = await openEgress(fanout, { host: mediaAddresses(mediaHost, networkInterfaces()).bind, port: 0 });
  const port = new MediaPort(egress);
  const endReports = reportDrops(egress, log, clock);
  await ownCertificate();
  log.debug({ port: port.number }, 'media can be received');
  return {
    surroundings: async () => ({ port, addresses: mediaAddresses(mediaHost, networkInterfaces()).offered, certificate: await ownCertificate(), clock, random, randomBytes }),
    close: async () => {
      endReports();
      await egress.close();
    },
  };
}
