import { expect, it } from 'vitest';
import { Metrics } from '../../../shared/metrics/metrics.ts';
import { Client } from '../../support/front/client.ts';
import { CHEAP, Member } from '../../support/front/member.ts';
import { startFront } from '../../support/front/start-front.ts';
import { readExposition } from '../../support/metrics/scrape.ts';
import { offerOf } from '../../support/sdp-fixtures.ts';

it('front counts names, pages, calls and answers', async () => {
  const metrics = new Metrics();
  const front = await startFront({ metrics, passwordCost: CHEAP }, { streamers: [{ name: 'cam' }] });
  const viewer = new Client(front.url, 'Ana');
  await viewer.watch('cam', offerOf('chromium'));
  const page = await viewer.page();
  await page.nextOfType('streamers');
  await new Client(front.url, 'Bob').post('/options');
  await Member.create(front.url, 'ana');
  await new Member(front.url).signIn('ana@example.org');
  await new Member(front.url).signIn('ana@example.org', 'wrong');
  const text = await metrics.text();
  const expected = [
    'sipcast_front_names 1', 'sipcast_front_pages 1', 'sipcast_front_watching 1', 'sipcast_front_watches_total{result="answered"} 1', 'sipcast_front_people 1',
    'sipcast_front_person_calls 0', 'sipcast_front_room_places 0', 'sipcast_front_signaling_up 1', 'sipcast_front_accounts_made_total 1', 'sipcast_front_sign_ins_total 1',
    'sipcast_front_wrong_passwords_total 1', 'sipcast_http_requests_total{method="POST",route="/options",status="401"} 1', 'sipcast_http_requests_total{method="POST",route="/token",status="401"} 1',
    'sipcast_http_request_duration_seconds_count{route="/offer"} 1', 'sipcast_sip_requests_total{direction="sent",method="INVITE"} 1', 'sipcast_sip_responses_total{direction="received",method="INVITE",status="2xx"} 1',
  ];
  for (const line of expected) expect(text).toContain(`${line}\n`);
  await front.close();
});

it('front counts by route, whatever stands in the address, and by few methods', async () => {
  const metrics = new Metrics();
  const front = await startFront({ metrics });
  for (let index = 0; index < 20; index++) {
    await fetch(`${front.url}/rooms/${index}/`);
    await fetch(`${front.url}/nothing/${index}`);
  }
  await fetch(`${front.url}/register`, { method: 'PROPFIND' });
  const series = [...readExposition(await metrics.text()).keys()].filter((name) => name.startsWith('sipcast_http_requests_total'));
  expect(series).toEqual([
    'sipcast_http_requests_total{method="GET",route="/rooms/:id",status="404"}', 'sipcast_http_requests_total{method="GET",route="none",status="404"}',
    'sipcast_http_requests_total{method="other",route="/register",status="405"}',
  ]);
  await front.close();
});
