/** Opens the forwarding unit of a process: one media port for all of its rooms. */
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { EgressKind } from '../egress/egress.ts';
import { openEgress } from '../egress/open.ts';
import { reportDrops } from '../egress/report-drops.ts';
import type { Forwarding, RoomMedia } from '../rooms/media.ts';
import { mediaAddresses } from '../webrtc/addresses.ts';
import { ownCertificate } from '../webrtc/certificate.ts';
import { MediaPort } from '../webrtc/media-port.ts';
import { newForwardingCounts, type ForwardingCounts } from './counts.ts';
import type { MemberSurroundings } from './member.ts';
import { Room } from './room.ts';

export interface ForwardingOptions {
  /** What --media-host says; undefined for every interface. */
  readonly mediaHost: string | undefined;
  /** How packets are encrypted and sent. */
  readonly fanout: EgressKind;
  readonly clock: Clock;
  /** Counts nobody reads unless given. */
  readonly counts?: ForwardingCounts;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Resolves when members can be admitted.
 * @throws EgressUnavailableError where that kind of fan-out cannot be had
 * @throws what binding throws, such as EADDRNOTAVAIL
 */
export async function openForwarding({ mediaHost, fanout, clock, counts = newForwardingCounts(), random, log }: ForwardingOptions): Promise<Forwarding> {
  const egress = await openEgress(fanout, { host: mediaAddresses(mediaHost, networkInterfaces()).bind, port: 0 });
  const port = new MediaPort(egress);
  const endReports = reportDrops(egress, log, clock);
  const rooms = new Set<Room>();
  // Networks come and go: each member is told the addresses of his moment.
  const surroundings = async (): Promise<MemberSurroundings> => ({
    port,
    addresses: mediaAddresses(mediaHost, networkInterfaces()).offered,
    certificate: await ownCertificate(),
    clock,
    counts,
    random,
    randomBytes,
  });
  await ownCertificate();
  log.debug({ port: port.number }, 'rooms can be opened');
  return {
    open: (): RoomMedia => {
      const room = new Room(surroundings);
      rooms.add(room);
      return {
        admit: (member, offer, showing) => room.admit(member, offer, showing),
        onSpeaking: (listener) => room.onSpeaking(listener),
        close: () => {
          rooms.delete(room);
          return room.close();
        },
      };
    },
    get members() {
      return [...rooms].reduce((sum, room) => sum + room.members, 0);
    },
    close: async () => {
      await Promise.all([...rooms].map((room) => room.close()));
      rooms.clear();
      endReports();
      await egress.close();
    },
  };
}
