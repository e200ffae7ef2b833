/** The picture on the entrance: a call between three lifelines, as this product makes it. Purely decorative. */
import type { JSX } from 'preact';

interface Arrow {
  readonly y: number;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly tone: 'ask' | 'answer' | 'media';
}

const LINES = [{ x: 90, name: 'front' }, { x: 300, name: 'signaling' }, { x: 510, name: 'streamer' }];

const ARROWS: readonly Arrow[] = [
  { y: 110, from: 2, to: 1, label: 'REGISTER', tone: 'ask' },
  { y: 150, from: 1, to: 2, label: '200 OK', tone: 'answer' },
  { y: 215, from: 0, to: 1, label: 'INVITE', tone: 'ask' },
  { y: 245, from: 1, to: 0, label: '100 Trying', tone: 'answer' },
  { y: 275, from: 1, to: 2, label: 'INVITE', tone: 'ask' },
  { y: 325, from: 2, to: 1, label: '202 Accepted', tone: 'answer' },
  { y: 355, from: 1, to: 0, label: '202 Accepted', tone: 'answer' },
  { y: 400, from: 0, to: 1, label: 'ACK', tone: 'ask' },
  { y: 430, from: 1, to: 2, label: 'ACK', tone: 'ask' },
];

export function Ladder(): JSX.Element {
  return (
    <svg class="ladder" viewBox="0 0 600 560" focusable="false">
      {LINES.map(({ x, name }) => (
        <g key={name}>
          <rect class="ladder-head" x={x - 62} y="24" width="124" height="38" rx="12" />
          <text class="ladder-name" x={x} y="48">{name}</text>
          <path class="ladder-line" d={`M${x} 62V540`} />
        </g>
      ))}
      {ARROWS.map((arrow, index) => <LadderArrow key={index} {...arrow} />)}
      <path class="ladder-media" d="M500 490H100" />
      <path class="ladder-media ladder-media-late" d="M500 510H100" />
      <text class="ladder-label" x="300" y="478">WebRTC</text>
    </svg>
  );
}

function LadderArrow({ y, from, to, label, tone }: Arrow): JSX.Element {
  const start = LINES[from]?.x ?? 0;
  const end = LINES[to]?.x ?? 0;
  const direction = Math.sign(end - start);
  const tip = end - direction * 6;
  return (
    <g class={`ladder-arrow ladder-${tone}`}>
      <path d={`M${start + direction * 6} ${y}H${tip}m${-direction * 8} -5 l${direction * 8} 5 l${-direction * 8} 5`} />
      <text class="ladder-label" x={(start + end) / 2} y={y - 8}>{label}</text>
    </g>
  );
}
