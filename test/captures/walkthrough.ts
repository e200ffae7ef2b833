/** captures/README.md: the committed captures frame by frame, written from the captures themselves so that it cannot go stale. */
import { join } from 'node:path';
import { explain } from './explain.ts';
import type { Flow } from './flows/flow.ts';
import { sipFrames } from './sip-frames.ts';
import type { SipFrame } from './sip-frames.ts';

const INTRODUCTION = `# Captures

Each file is one flow, recorded by the signaling daemon with \`--capture\` while the real services talked; \`npm run captures\` makes them anew,
and this page with them. Open one with \`wireshark captures/register-and-watch.pcapng\`, or read it in the terminal:

\`\`\`
tshark -r captures/register-and-watch.pcapng
\`\`\`

Ports: signaling 5060, front 5065, streamer 9997 (behind a relay they differ). All on 127.0.0.1. Digest responses are blanked in captures.

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
| \`sip.Via.branch == "…"\` | one transaction on one hop |

*Telephony → SIP Flows → Flow Sequence* draws the ladder.
`;

export async function walkthrough(flows: readonly Flow[], folder: string): Promise<string> {
  const chapters = await Promise.all(flows.map(async (flow) => chapter(flow, await sipFrames(join(folder, `${flow.name}.pcapng`)))));
  return [INTRODUCTION, ...chapters].join('\n');
}

function chapter({ name, title, introduction }: Flow, list: readonly SipFrame[]): string {
  const rows = list.map((frame) => `| ${frame.number} | ${frame.at.toFixed(3)} | ${frame.from} → ${frame.to} | ${message(frame)} | ${frame.bytes} | ${explain(frame)} |`);
  return `## ${title}\n\n[\`${name}.pcapng\`](${name}.pcapng) · ${introduction}\n\n| frame | s | from → to | message | bytes | what it is |\n|--:|--:|---|---|--:|---|\n${rows.join('\n')}\n`;
}

function message({ method, statusLine, about, bodyType }: SipFrame): string {
  const text = method ?? `${statusLine} (${about})`;
  const body = bodyType?.split(';', 1)[0];
  return body === undefined ? text : `${text} + ${body === 'application/sdp' ? 'SDP' : 'JSON'}`;
}
