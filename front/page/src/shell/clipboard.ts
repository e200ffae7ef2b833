/** Copies text where the browser allows it: only pages from localhost or over HTTPS may use the clipboard. */

/** @returns whether it was copied; where not, the text is to be shown for copying by hand */
export async function copyText(text: string): Promise<boolean> {
  if (!isSecureContext) return false;
  return navigator.clipboard.writeText(text).then(() => true, () => false);
}
