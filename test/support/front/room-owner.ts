/** Somebody with an account who creates rooms, over front's HTTP interface as any program would. */

export interface OwnedRoom {
  readonly id: string;
  readonly title: string;
  readonly key?: string;
}

export class RoomOwner {
  readonly #url: string;
  readonly #access: string;

  private constructor(url: string, access: string) {
    this.#url = url;
    this.#access = access;
  }

  /** Creates an account. @param url front's own, with a slash at its end */
  static async create(url: string, name = 'Olga Owner'): Promise<RoomOwner> {
    const [first_name, last_name] = name.split(' ');
    const { access } = await ask<{ access: string }>(`${url}user/create/`, 'POST', { email: `${crypto.randomUUID()}@example.org`, first_name, last_name, password: 'a long enough password' });
    return new RoomOwner(url, access);
  }

  room(plan: { title: string; password?: string; guest_limit?: number; visibility?: string; admission?: string }): Promise<OwnedRoom> {
    return ask(`${this.#url}rooms/`, 'POST', plan, this.#access);
  }

  async delete({ id }: OwnedRoom): Promise<void> {
    await ask(`${this.#url}rooms/${id}/`, 'DELETE', undefined, this.#access);
  }
}

async function ask<T>(address: string, method: string, body: object | undefined, access?: string): Promise<T> {
  const response = await fetch(address, {
    method,
    headers: { ...(body && { 'content-type': 'application/json' }), ...(access !== undefined && { authorization: `Bearer ${access}` }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}
