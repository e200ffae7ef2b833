/** What an operator sees at a glance, made of front's metrics: a few sums. */
import type { Metric } from '../connection/operator.ts';

export const FIGURES = ['signaling', 'watching', 'pages', 'people', 'places', 'faults', 'timeouts', 'retransmissions'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface Figure {
  readonly name: FigureName;
  readonly value: number;
  /** Whether it should be looked into. */
  readonly isBad: boolean;
}

/** A metric's name, and of which of its series. */
interface Source {
  readonly metric: string;
  readonly of?: (labels: Metric['labels']) => boolean;
  readonly isBad?: (value: number) => boolean;
}

const SOURCES: Readonly<Record<FigureName, Source>> = {
  signaling: { metric: 'sipcast_front_signaling_up', isBad: (value) => value === 0 },
  watching: { metric: 'sipcast_front_watching' },
  pages: { metric: 'sipcast_front_pages' },
  people: { metric: 'sipcast_front_people' },
  places: { metric: 'sipcast_front_room_places' },
  faults: { metric: 'sipcast_http_requests_total', of: ({ status }) => status === '500', isBad: (value) => value > 0 },
  timeouts: { metric: 'sipcast_sip_timeouts_total' },
  retransmissions: { metric: 'sipcast_sip_retransmissions_total', of: ({ direction }) => direction === 'sent' },
};

export function figuresOf(metrics: readonly Metric[]): Figure[] {
  return FIGURES.map((name) => {
    const { metric, of = () => true, isBad = () => false } = SOURCES[name];
    const value = metrics.reduce((sum, each) => (each.name === metric && of(each.labels) ? sum + each.value : sum), 0);
    return { name, value, isBad: isBad(value) };
  });
}
