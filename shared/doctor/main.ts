#!/usr/bin/env node
/** `sipcast doctor`: checks this machine and the services that run; ends with 1 when something does not work. */
import { argument, flag, option } from '../cli/parameter.ts';
import type { SettingsOf } from '../cli/parameter.ts';
import { parseHost, parsePort, parseText } from '../cli/parsers.ts';
import { settingsOrExit } from '../cli/settings-or-exit.ts';
import type { SettingsFile } from '../cli/settings-file.ts';
import type { Settings } from '../cli/settings.ts';
import { EXIT_FAILURE } from '../cli/usage-error.ts';
import { packageVersion } from '../cli/version.ts';
import { examine } from './examine.ts';
import type { Examined } from './examine.ts';
import { asJson, asText, countOf } from './report.ts';

const PARAMETERS = [
  argument('httpPort', { description: 'TCP port of front', parse: parsePort, default: 8000 }),
  option('host', { placeholder: 'address', description: 'where the services listen, or are to listen', parse: parseHost, default: '127.0.0.1' }),
  option('port', { placeholder: 'port', description: 'UDP port of signaling', parse: parsePort, default: 5060 }),
  option('data', { placeholder: 'folder', description: 'where services keep their files', parse: parseText, default: 'data' }),
  option('ffmpeg', { placeholder: 'path', description: 'the ffmpeg to use; else FFMPEG_PATH, ffmpeg-static, or the PATH', parse: parseText }),
  flag('json', { description: 'print the findings as JSON' }),
] as const;

const line = { name: 'sipcast doctor', description: 'Checks this machine, and the services that run on it or elsewhere.', version: packageVersion(), parameters: PARAMETERS };

function examinedBy({ values, layerOf, file }: Settings): Examined {
  const settings = values as SettingsOf<typeof PARAMETERS>;
  const or = (key: keyof typeof settings, found: string | undefined): string => (layerOf(key) === 'default' ? found : undefined) ?? String(settings[key]);
  return {
    signaling: { host: or('host', textOf(file, 'signaling', 'host')), port: parsePort(or('port', textOf(file, 'signaling', 'udp-port', 'port'))) },
    front: { host: or('host', textOf(file, 'front', 'http-host', 'host')), port: parsePort(or('httpPort', textOf(file, 'front', 'http-port'))) },
    data: settings.data,
    ffmpeg: settings.ffmpeg ?? textOf(file, 'streamer', 'ffmpeg'),
    environment: process.env,
  };
}

function textOf(file: SettingsFile | undefined, section: 'signaling' | 'front' | 'streamer', ...keys: string[]): string | undefined {
  return file?.textOf(section, ...keys);
}

const settings = settingsOrExit(line, 'doctor');
const findings = await examine(examinedBy(settings));
process.stdout.write(settings.values['json'] === true ? asJson(findings, packageVersion()) : asText(findings));
process.exitCode = countOf(findings, 'failure') > 0 ? EXIT_FAILURE : 0;
