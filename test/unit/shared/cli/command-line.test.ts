import { describe, expect, it } from 'vitest';
import { TextRequested } from '../../../../shared/cli/command-line.ts';
import { commonOptions, udpPortOption } from '../../../../shared/cli/common.ts';
import { argument, flag, option } from '../../../../shared/cli/parameter.ts';
import { integerBetween, oneOf, parseHost, parseHostAndPort, parsePort, secondsBetween } from '../../../../shared/cli/parsers.ts';
import { readSettings } from '../../../../shared/cli/settings.ts';
import { UsageError } from '../../../../shared/cli/usage-error.ts';

const line = {
  name: 'front',
  description: 'The gateway.',
  version: '1.2.3',
  parameters: [
    argument('httpPort', { description: 'port', parse: parsePort, default: 8000 }),
    argument('signalingHost', { description: 'host', parse: parseHost, default: '127.0.0.1' }),
    option('retention', { description: 'seconds', parse: secondsBetween(0, 60), default: 5000 }),
    option('mode', { description: 'mode', parse: oneOf(['a', 'b']) }),
    flag('verbose', { description: 'more' }),
    udpPortOption,
    ...commonOptions('front'),
  ],
};

const read = (argv: string[], env: NodeJS.ProcessEnv = {}) => readSettings(line, argv, env).values;

function refusal(argv: string[], env: NodeJS.ProcessEnv = {}): string {
  try {
    read(argv, env);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('a command line', () => {
  it('has a default for every argument (seed 4.1)', () => {
    expect(read([])).toEqual({
      httpPort: 8000, signalingHost: '127.0.0.1', retention: 5000, mode: undefined, verbose: false, udpPort: 0,
      host: '127.0.0.1', name: 'front', secret: undefined, capture: undefined, metricsPort: undefined, drain: 0, logLevel: 'info', logFormat: 'pretty',
    });
  });

  it('takes arguments in order, options anywhere', () => {
    expect(read(['--udp-port', '7', '9000', '--verbose', 'example.org', '--retention=1.5'])).toMatchObject({
      httpPort: 9000, signalingHost: 'example.org', udpPort: 7, verbose: true, retention: 1500,
    });
  });

  it('takes what is not on the command line from the environment', () => {
    const env = { SIPCAST_UDP_PORT: '9', SIPCAST_HTTP_PORT: '81', SIPCAST_VERBOSE: 'true', SIPCAST_MODE: '', SIPCAST_SECRET: 's' };
    expect(read(['--udp-port', '7'], env)).toMatchObject({ udpPort: 7, httpPort: 81, verbose: true, mode: undefined, secret: 's' });
  });

  it('switches off what the environment has switched on', () => {
    expect(read(['--no-verbose'], { SIPCAST_VERBOSE: '1' })).toMatchObject({ verbose: false });
  });

  it.each([
    [['x'], "httpPort is 'x': expected a whole number from 0 to 65535"],
    [['70000'], /from 0 to 65535/],
    [['1', 'a', 'b'], /too many arguments/],
    [['--udp-port', '1e3'], "--udp-port is '1e3': expected a whole number from 0 to 65535"],
    [['--udp-port'], /argument missing/],
    [['--mode', 'c'], "--mode is 'c': expected one of a, b"],
    [['--verbos'], /unknown option '--verbos' \(Did you mean --verbose\?\)/],
    [['1', 'not a host'], /expected a host name/],
  ])('refuses %j in one line', (argv, text) => {
    const message = refusal(argv);
    expect(message).toMatch(text);
    expect(message).not.toContain('\n');
  });

  it('names the environment variable that is wrong', () => {
    expect(refusal([], { SIPCAST_LOG_LEVEL: 'loud' })).toBe("SIPCAST_LOG_LEVEL is 'loud': expected one of debug, info, warn, error, silent");
    expect(refusal([], { SIPCAST_VERBOSE: 'maybe' })).toContain('SIPCAST_VERBOSE');
  });

  it('prints help with the defaults, and the version', () => {
    const text = (argv: string[]) => {
      try {
        read(argv);
      } catch (error) {
        if (error instanceof TextRequested) return error.text;
      }
      throw new Error('nothing was printed');
    };
    expect(text(['--help'])).toMatch(/Usage: front \[options\] \[httpPort\] \[signalingHost\]/);
    expect(text(['--help'])).toContain('UDP port for SIP (0: any) (default: 0)');
    expect(text(['--version'])).toBe('1.2.3\n');
  });
});

describe('parsers', () => {
  it.each(['', ' ', '1.5', '0x10', '-1', 'ten'])('integerBetween refuses %j', (text) => {
    expect(() => integerBetween(0, 10)(text)).toThrow(UsageError);
  });

  it('parseHostAndPort takes an address with or without a port', () => {
    expect(parseHostAndPort('10.0.0.1')).toMatchObject({ host: '10.0.0.1', port: undefined });
    expect(parseHostAndPort('cast.example:5060')).toMatchObject({ host: 'cast.example', port: 5060 });
    expect(parseHostAndPort('[::1]:5060')).toMatchObject({ host: '::1', port: 5060 });
    for (const text of ['', ':5060', 'a b', '10.0.0.1:99999', 'x:y']) expect(() => parseHostAndPort(text)).toThrow('expected an address');
  });

  it('parseHost takes IPv6 with or without brackets', () => {
    expect(parseHost('[::1]')).toBe('::1');
    expect(parseHost('fe80::1%eth0')).toBe('fe80::1%eth0');
  });
});
