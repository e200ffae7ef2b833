import { describe, expect, it } from 'vitest';
import { MessageTally } from '../../../../../shared/sip/transaction/tally.ts';

describe('MessageTally', () => {
  it('counts requests by method, and responses by method and class of status', () => {
    const tally = new MessageTally();
    for (const method of ['INVITE', 'INVITE', 'BYE']) tally.request(method);
    for (const [method, status] of [['INVITE', 100], ['INVITE', 202], ['INVITE', 200], ['BYE', 481]] as const) tally.response(method, status);
    expect([...tally.requests()]).toEqual([{ method: 'INVITE', count: 2 }, { method: 'BYE', count: 1 }]);
    expect([...tally.responses()]).toEqual([
      { method: 'INVITE', statusClass: '1xx', count: 1 },
      { method: 'INVITE', statusClass: '2xx', count: 2 },
      { method: 'BYE', statusClass: '4xx', count: 1 },
    ]);
  });

  it('counts whatever strangers make up together, so that it does not grow', () => {
    const tally = new MessageTally();
    for (let index = 0; index < 1_000; index++) {
      tally.request(`M${index}`);
      tally.response(`M${index}`, 600 + index);
    }
    expect([...tally.requests()]).toEqual([{ method: 'other', count: 1_000 }]);
    expect([...tally.responses()]).toEqual([{ method: 'other', statusClass: '6xx', count: 1_000 }]);
  });
});
