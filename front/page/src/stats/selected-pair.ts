/** The pair of candidates by which a connection's media goes (W3C webrtc-stats, RTCIceCandidatePairStats). */

/** An entry of a statistics report; members differ by its type and by browser. */
export type StatsEntry = Readonly<Record<string, unknown>>;

/** Chromium names the pair in its transport; Firefox marks the pair itself as selected. */
export function selectedPair(all: readonly StatsEntry[], byId: ReadonlyMap<unknown, StatsEntry>): StatsEntry | undefined {
  const transport = all.find((entry) => entry['type'] === 'transport' && entry['selectedCandidatePairId'] !== undefined);
  if (transport) return byId.get(transport['selectedCandidatePairId']);
  const pairs = all.filter((entry) => entry['type'] === 'candidate-pair');
  return pairs.find((pair) => pair['selected'] === true) ?? pairs.find((pair) => pair['nominated'] === true && pair['state'] === 'succeeded');
}
