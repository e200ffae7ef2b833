/** The rooms that are kept, as whoever brings people inside asks for them; beside them those that need no keeping. */
import { adhocAdmission, isAdhoc } from '../meetings/admission.ts';
import type { Admitted, AdmissionRequest, RoomAdmission } from '../meetings/admission.ts';
import type { Rooms } from './rooms.ts';

export class StoredRooms implements RoomAdmission {
  readonly #rooms: Pick<Rooms, 'admit' | 'view' | 'publicOnes'>;

  constructor(rooms: Pick<Rooms, 'admit' | 'view' | 'publicOnes'>) {
    this.#rooms = rooms;
  }

  async admit(request: AdmissionRequest): Promise<Admitted> {
    if (isAdhoc(request.id)) return adhocAdmission.admit(request);
    const { account, address } = request.viewer;
    const { title, guestLimit } = await this.#rooms.admit({ ...request, account, address });
    return { title, maximum: guestLimit, room: await this.#rooms.view(request.id, account) };
  }

  known(ids: readonly string[]): Promise<readonly string[]> {
    return this.#rooms.publicOnes(ids.filter((id) => !isAdhoc(id)));
  }
}
