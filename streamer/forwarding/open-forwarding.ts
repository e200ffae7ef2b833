/** Opens the forwarding unit of a process: one media port for all of its rooms. */
import type { Forwarding, RoomMedia } from '../rooms/media.ts';
import { newForwardingCounts, type ForwardingCounts } from './counts.ts';
import { openMediaPort, type PortOptions } from './open-port.ts';
import { Room } from './room.ts';

export interface ForwardingOptions extends PortOptions {
  /** Counts nobody reads unless given. */
  readonly counts?: ForwardingCounts;
}

/**
 * Resolves when members can be admitted.
 * @throws EgressUnavailableError where that kind of fan-out cannot be had
 * @throws what binding throws, such as EADDRNOTAVAIL
 * @throws NoFreePortError
 */
export async function openForwarding({ counts = newForwardingCounts(), ...options }: ForwardingOptions): Promise<Forwarding> {
  const port = await openMediaPort(options);
  const rooms = new Set<Room>();
  return {
    open: (): RoomMedia => {
      const room = new Room(async () => ({ ...(await port.surroundings()), counts }));
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
      await port.close();
    },
  };
}
