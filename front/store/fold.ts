/** One text for all that differ only in case, in every script, so that titles are compared and searched whatever the case (Unicode §3.13). */

/**
 * Upper case joins what lower case keeps apart (ß and ss, final sigma and sigma); lower case then makes it one again. The composed form joins what
 * different keyboards make of an accent.
 */
export function fold(text: string): string {
  return text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC');
}
