/** Opens a media port at which browsers that send are received: one for all rooms of a process, or for all who publish by it. */
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { EgressKind } from '../egress/egress.ts';
import { openInRange } from '../egress/port-range.ts';
import { reportDrops } from '../egress/report-drops.ts';
import { mediaAddresses, type MediaPlace } from '../webrtc/addresses.ts';
import { ownCertificate, type Certificate } from '../webrtc/certificate.ts';
import { MediaPort } from '../webrtc/media-port.ts';

export interface PortOptions extends MediaPlace {
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
 * @throws NoFreePortError
 */
export async function openMediaPort({ fanout, clock, random, log, ...place }: PortOptions): Promise<OpenedPort> {
  const egress = await openInRange(fanout, mediaAddresses(place, networkInterfaces()).bind, place.ports);
  const port = new MediaPort(egress);
  const endReports = reportDrops(egress, log, clock);
  await ownCertificate();
  log.debug({ port: port.number }, 'media can be received');
  return {
    surroundings: async () => ({ port, addresses: mediaAddresses(place, networkInterfaces()).offered, certificate: await ownCertificate(), clock, random, randomBytes }),
    close: async () => {
      endReports();
      await egress.close();
    },
  };
}
