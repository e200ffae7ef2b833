/** Opens the forwarding unit of a process: one media port for all of its rooms. */
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { Logger } from '../../shared/log/logger.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { EgressKind } from '../egress/egress.ts';
import { openInRange } from '../egress/port-range.ts';
import { reportDrops } from '../egress/report-drops.ts';
import type { Forwarding, RoomMedia } from '../rooms/media.ts';
import { mediaAddresses, type MediaPlace } from '../webrtc/addresses.ts';
import { ownCertificate } from '../webrtc/certificate.ts';
import { MediaPort } from '../webrtc/media-port.ts';
import type { MemberSurroundings } from './member.ts';
import { Room } from './room.ts';

export interface ForwardingOptions extends MediaPlace {
  /** How packets are encrypted and sent. */
  readonly fanout: EgressKind;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/**
 * Resolves when members can be admitted.
 * @throws EgressUnavailableError where that kind of fan-out cannot be had
 * @throws what binding throws, such as EADDRNOTAVAIL
 * @throws NoFreePortError
 */
export async function openForwarding(options: ForwardingOptions): Promise<Forwarding> {
  const { fanout, clock, random, log } = options;
  const egress = await openInRange(fanout, mediaAddresses(options, networkInterfaces()).bind, options.ports);
  const port = new MediaPort(egress);
  const endReports = reportDrops(egress, log, clock);
  const rooms = new Set<Room>();
  // Networks come and go: each member is told the addresses of his moment.
  const surroundings = async (): Promise<MemberSurroundings> => ({
    port,
    addresses: mediaAddresses(options, networkInterfaces()).offered,
    certificate: await ownCertificate(),
    clock,
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
