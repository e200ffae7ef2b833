/** Puts a name of any script into a sentence without turning the words around it (Unicode's FSI and PDI, UAX #9 §2.4). */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}
