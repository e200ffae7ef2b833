/**
 * How much the tests of endurance do: in each run enough to find what goes wrong often, and with `SIPCAST_THOROUGH=1` as much as
 * our promises were shown with.
 */
const THOROUGH = process.env['SIPCAST_THOROUGH'] === '1';

export function amount(usual: number, thorough: number): number {
  return THOROUGH ? thorough : usual;
}
