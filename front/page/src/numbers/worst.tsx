/** The few viewers who fare worst; what stands for them tells nobody who they are. */
import type { JSX } from 'preact';
import { formatMs, formatPercent } from '../stats/format.ts';
import { words } from '../strings/words.ts';
import { formatPerSecond, formatTraffic } from './format.ts';
import type { ViewerReport } from './report.ts';

export function Worst({ viewers }: { viewers: readonly ViewerReport[] }): JSX.Element {
  const { columns } = words.numbers;
  const withRenditions = viewers.some(({ rendition }) => rendition !== undefined);
  return (
    <section class="numbers-part" aria-labelledby="worst-title">
      <h2 id="worst-title">{words.numbers.worst}</h2>
      <div class="worst-place">
        <table class="worst">
          <thead>
            <tr>
              <th scope="col">{columns.viewer}</th>
              <th scope="col">{columns.loss}</th>
              <th scope="col">{columns.roundTrip}</th>
              <th scope="col">{columns.bitrate}</th>
              <th scope="col">{columns.retransmissions}</th>
              {withRenditions && <th scope="col">{columns.rendition}</th>}
            </tr>
          </thead>
          <tbody>
            {viewers.map(({ id, loss, roundTripMs, bitsPerSecond, retransmissionsPerSecond, rendition }) => (
              <tr key={id}>
                <th scope="row"><code>{id}</code></th>
                <td>{formatPercent(loss)}</td>
                <td>{formatMs(roundTripMs)}</td>
                <td>{formatTraffic(bitsPerSecond)}</td>
                <td>{formatPerSecond(retransmissionsPerSecond)}</td>
                {withRenditions && <td><bdi>{rendition ?? '–'}</bdi></td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
