/** The id by which rooms go in HTTP and on the WebSocket. */
import { z } from 'zod';
import { roomId, roomName } from '../../shared/rooms/room-name.ts';

export const roomIdSchema = z.string('must be a text').refine((id) => roomId(roomName(id)) === id, 'must be a room’s id');
