import { describe, expect, it } from 'vitest';
import { HostResolver } from '../../../../../shared/sip/transport/host-resolver.ts';

function resolver(answers: Record<string, string>): { resolver: HostResolver; asked: string[]; pass(ms: number): void } {
  const asked: string[] = [];
  let now = 0;
  return {
    asked,
    pass: (ms) => (now += ms),
    resolver: new HostResolver({
      family: 4,
      now: () => now,
      lookup: async (host) => {
        asked.push(host);
        const answer = answers[host];
        if (answer === undefined) throw new Error('no such host');
        return answer;
      },
    }),
  };
}

describe('HostResolver', () => {
  it('remembers an answer for a minute', async () => {
    const { resolver: hosts, asked, pass } = resolver({ a: '192.0.2.1' });
    expect(await Promise.all([hosts.resolve('a'), hosts.resolve('a')])).toEqual(['192.0.2.1', '192.0.2.1']);
    pass(59_000);
    await hosts.resolve('a');
    expect(asked).toHaveLength(1);
    pass(2_000);
    await hosts.resolve('a');
    expect(asked).toHaveLength(2);
  });

  it('asks again for a failed name after a short while', async () => {
    const { resolver: hosts, asked, pass } = resolver({});
    await expect(hosts.resolve('a')).rejects.toThrow('no such host');
    await expect(hosts.resolve('a')).rejects.toThrow('no such host');
    expect(asked).toHaveLength(1);
    pass(6_000);
    await expect(hosts.resolve('a')).rejects.toThrow('no such host');
    expect(asked).toHaveLength(2);
  });

  it('forgets the oldest of too many names', async () => {
    const names = Array.from({ length: 1_001 }, (_, i) => `host-${i}`);
    const { resolver: hosts, asked } = resolver(Object.fromEntries(names.map((name) => [name, '192.0.2.1'])));
    for (const name of names) await hosts.resolve(name);
    await hosts.resolve('host-1000');
    expect(asked).toHaveLength(1_001);
    await hosts.resolve('host-0');
    expect(asked).toHaveLength(1_002);
  });
});
