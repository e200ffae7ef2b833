/** captures/README.md: the committed captures frame by frame, written from the captures themselves so that it cannot go stale. */
import { explain } from './explain/explain.ts';
import type { Flow } from './flows/flow.ts';
import type { SipFrame } from './sip-frames.ts';

const INTRODUCTION = `# Captures

Each file is one flow, recorded by the signaling daemon with \`--capture\` while the real services talked; \`npm run captures\` makes them anew,
and this page with them. Open one with \`wireshark captures/register-and-watch.pcapng\`, or read it in the terminal:

\`\`\`
tshark -r captures/register-and-watch.pcapng
\`\`\`

Ports: signaling 5060, front 5065, streamer 9997 (behind a relay they differ), with \`--rooms\` as well. All on 127.0.0.1. Digest responses are blanked in captures.
One front serves all people here, so that a call between two goes from it to the daemon and back to it; with two fronts the messages are the same.

Display filters worth knowing:

| filter | shows |
|---|---|
| \`sip\` | every message |
| \`sip.Call-ID == "…"\` | one call from its INVITE to the last 200 (right-click a Call-ID → Apply as Filter) |
| \`sip.CSeq.method == "INVITE"\` | the INVITEs with all their answers |
| \`sip.Method == "BYE" \\|\\| sip.Method == "CANCEL"\` | how calls end |
| \`sip.Status-Code >= 400\` | refusals |
| \`sip.resend == 1\` | what was sent more than once, as far as Wireshark's own bookkeeping goes |
| \`sdp\` | offers and answers |
| \`sip.Event == "conference"\` | who is in a room |
| \`sip.Method == "MESSAGE"\` | texts |
| \`sip.Request-Line contains "room-"\` | what goes to a room |
| \`sip.Via.branch == "…"\` | one transaction on one hop |

*Telephony → SIP Flows → Flow Sequence* draws the ladder.
`;

/** UDP payload that one Ethernet frame carries. */
export const ETHERNET_BYTES = 1472;

const BODIES: Readonly<Record<string, string>> = {
  'application/sdp': 'SDP',
  'application/trickle-ice-sdpfrag': 'candidates',
  'message/cpim': 'CPIM',
  'text/plain': 'text',
};

export async function walkthrough(flows: readonly Flow[], framesOf: (flow: Flow) => Promise<readonly SipFrame[]>): Promise<string> {
  const chapters = await Promise.all(flows.map(async (flow) => chapter(flow, await framesOf(flow))));
  return [INTRODUCTION, ...chapters].join('\n');
}

function chapter({ name, title, introduction }: Flow, list: readonly SipFrame[]): string {
  const rows = list.map((frame) => `| ${frame.number} | ${frame.at.toFixed(3)} | ${frame.from} → ${frame.to} | ${message(frame)} | ${size(frame)} | ${explain(frame)} |`);
  return `## ${title}\n\n[\`${name}.pcapng\`](${name}.pcapng) · ${introduction}${largeFrames(list)}\n\n| frame | s | from → to | message | bytes | what it is |\n|--:|--:|---|---|--:|---|\n${rows.join('\n')}\n`;
}

function message({ method, statusLine, about, bodyType }: SipFrame): string {
  const text = method ?? `${statusLine} (${about})`;
  const body = bodyType?.split(';', 1)[0];
  return body === undefined ? text : `${text} + ${BODIES[body] ?? 'JSON'}`;
}

function size({ bytes }: SipFrame): string {
  return bytes > ETHERNET_BYTES ? `**${bytes}**` : String(bytes);
}

function largeFrames(list: readonly SipFrame[]): string {
  const numbers = list.filter(({ bytes }) => bytes > ETHERNET_BYTES).map((frame) => frame.number);
  if (numbers.length === 0) return '';
  const [frames, exceed] = numbers.length === 1 ? ['Frame', 'exceeds'] : ['Frames', 'exceed'];
  return ` ${frames} ${numbers.join(', ')} ${exceed} the ${ETHERNET_BYTES.toLocaleString('en-US')} bytes that one Ethernet frame carries: on a real network IP sends such a datagram in fragments.`;
}
