/**
 * The token of a reserved name where there are several fronts: the id of the front that has it, and a secret that stays when another front
 * takes the name over. With one front it is the secret alone.
 */

const FRONT_ID_BYTES = 6;

const WITH_FRONT = /^([0-9a-f]{12})-(.+)$/;

/** @param random bytes as hexadecimal digits */
export function newFrontId(random: { token(bytes: number): string }): string {
  return random.token(FRONT_ID_BYTES);
}

/** Something of a front that others must find the way to: a token, or the id of a session. */
export function ofFront(front: string, secret: string): string {
  return `${front}-${secret}`;
}

/** The front's id; undefined where it names none. */
export function frontOf(token: string): string | undefined {
  return WITH_FRONT.exec(token)?.[1];
}

/** What is left when the name moves to another front. */
export function secretOf(token: string): string {
  return WITH_FRONT.exec(token)?.[2] ?? token;
}
