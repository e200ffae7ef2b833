/** Those whom we have asked into a room and who have not answered yet, as pure functions on a list. */

export interface Invitation {
  readonly call: string;
  readonly name: string;
  readonly room: string;
  /** In another call or room, and sees the request all the same. */
  readonly elsewhere: boolean;
  /** It continues a call of two: nobody rings. */
  readonly quiet: boolean;
}

export function withInvitation(list: readonly Invitation[], invitation: Invitation): readonly Invitation[] {
  return [...list.filter(({ call }) => call !== invitation.call), invitation];
}

export function withElsewhere(list: readonly Invitation[], call: string, elsewhere: boolean): readonly Invitation[] {
  return list.map((each) => (each.call === call ? { ...each, elsewhere } : each));
}

export function withoutInvitation(list: readonly Invitation[], call: string): readonly Invitation[] {
  return list.filter((each) => each.call !== call);
}
