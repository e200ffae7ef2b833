/** URLs of engines, as they may be shown: the password in them is nobody's business. */

const SHOWN = '***';

/** `postgres://ana:***@host/db` for `postgres://ana:secret@host/db`; whatever the text is, what may be a password is not in it any more. */
export function concealPassword(url: string): string {
  return url.replace(/^([a-z][a-z\d+.-]*:\/\/[^:@/?#]*):.*@/is, `$1:${SHOWN}@`).replaceAll(/([?&]password=)[^&#]*/gi, `$1${SHOWN}`);
}
