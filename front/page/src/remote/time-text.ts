/** Times of a film as clocks show them, and as a screen reader says them. */

const MINUTE = 60;
const HOUR = 3_600;

/** `0:07`, `12:05`, `1:02:03` @param seconds 0 or more; fractions are cut off */
export function clockText(seconds: number): string {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  const rest = String(whole % MINUTE).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** `1 hour 2 minutes 3 seconds` */
export function spokenTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const parts = [part(Math.floor(whole / HOUR), 'hour'), part(Math.floor((whole % HOUR) / MINUTE), 'minute'), part(whole % MINUTE, 'second')].filter((text) => text !== '');
  return parts.join(' ') || '0 seconds';
}

function part(count: number, unit: string): string {
  return count === 0 ? '' : `${count} ${unit}${count === 1 ? '' : 's'}`;
}
