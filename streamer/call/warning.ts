/** RFC 3261 §20.43: 399 is a warning for people. */
export function warning(text: string): string {
  return `399 sipcast "${text.replaceAll(/["\\]/g, "'").replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200)}"`;
}
