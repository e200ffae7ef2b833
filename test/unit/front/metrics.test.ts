import { expect, it } from 'vitest';
import { Metrics } from '../../../shared/metrics/metrics.ts';
import { Client } from '../../support/front/client.ts';
import { CHEAP, Member } from '../../support/front/member.ts';
import { startFront } from '../../support/front/start-front.ts';
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
  const text = metrics.text();
  for (const line of ['front_names 1', 'front_pages 1', 'front_calls 1', 'front_people 1', 'front_person_calls 0', 'front_room_places 0', 'front_signaling_up 1', 'front_accounts_made_total 1', 'front_sign_ins_total 1', 'front_wrong_passwords_total 1', 'http_answers_total{method="POST",status="401"} 2']) {
    expect(text).toContain(`${line}\n`);
  }
  await front.close();
});
