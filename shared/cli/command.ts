/** Runs a service from its command line to its end: settings, logger, start, signals, a bounded shutdown, exit status. */
import { createLogger } from '../log/logger.ts';
import type { Logger } from '../log/logger.ts';
import { commonOptions } from './common.ts';
import type { CommonSettings } from './common.ts';
import { EventLoopWatch } from '../health/event-loop.ts';
import { Health } from '../health/health.ts';
import { Metrics } from '../metrics/metrics.ts';
import { addProcessMetrics } from '../metrics/process-metrics.ts';
import { serveMetrics } from '../metrics/server.ts';
import { ServiceRun } from './lifecycle.ts';
import type { RunningService } from './lifecycle.ts';
import type { Parameter, SettingsOf } from './parameter.ts';
import { settingsOrExit } from './settings-or-exit.ts';
import type { ServiceLine, Settings } from './settings.ts';
import type { Section } from './settings-file.ts';
import { packageVersion } from './version.ts';

export interface ServiceContext {
  log: Logger;
  /** Served on --metrics-port. */
  metrics: Metrics;
  /** Likewise; that it has started, and that the event loop turns, is seen to already. */
  health: Health;
  /** Aborted as soon as the service is asked to stop, also while it still starts. */
  stopSignal: AbortSignal;
  /** Where the settings are from. */
  sources: Pick<Settings, 'layerOf' | 'file'>;
}

export interface ServiceDefinition<Arguments extends readonly Parameter[], Options extends readonly Parameter[]> {
  /** The command's name, and the name that its log lines carry. */
  name: string;
  /** How it is called, where that is not its name: `sipcast start`. */
  command?: string;
  /** Its part of a file of settings, and flags with which it reads another; see ServiceLine. */
  section?: Section;
  sectionOf?: Readonly<Record<string, Section>>;
  description: string;
  arguments: Arguments;
  options: Options;
  /** Default of --name, where it is not the command's own. */
  defaultName?: string;
  /** Resolves when the service can be used. UsageError and errors of binding an address end it with one line and status 2. */
  start(settings: SettingsOf<Arguments> & SettingsOf<Options> & CommonSettings, context: ServiceContext): Promise<RunningService>;
}

function lineOf({ name, command = name, section, sectionOf, description, defaultName = name, ...definition }: ServiceDefinition<readonly Parameter[], readonly Parameter[]>): ServiceLine {
  return {
    name: command,
    description,
    version: packageVersion(),
    parameters: [...definition.arguments, ...definition.options, ...commonOptions(defaultName)],
    ...(section === undefined ? {} : { section }),
    ...(sectionOf === undefined ? {} : { sectionOf }),
  };
}

/**
 * Runs the service that `definition` describes with this process's command line and environment, and ends the process
 * with 0 after a clean stop (SIGINT, SIGTERM, or the end of the launcher that started it), 2 for what the user must
 * change, 1 for everything else.
 */
export async function runService<const Arguments extends readonly Parameter[], const Options extends readonly Parameter[]>(
  definition: ServiceDefinition<Arguments, Options>,
): Promise<void> {
  const { values, warnings, ...sources } = settingsOrExit(lineOf(definition), definition.name);
  const settings = values as SettingsOf<Arguments> & SettingsOf<Options> & CommonSettings;
  const log = createLogger({ service: definition.name, level: settings.logLevel, format: settings.logFormat });
  const run = new ServiceRun(definition.name, { log, drainMs: settings.drain });
  const metrics = new Metrics();
  const health = new Health();
  for (const warning of warnings) log.warn(warning);
  await run.begin((stopSignal) => beside(settings, { log, metrics, health, stopSignal, sources }, (context) => definition.start(settings, context)));
}

/** Starts the service, with metrics and health served beside it, from before it is ready, where they were asked for. */
async function beside({ metricsPort, host }: CommonSettings, context: ServiceContext, start: (context: ServiceContext) => Promise<RunningService>): Promise<RunningService> {
  const { metrics, health, stopSignal } = context;
  const loop = new EventLoopWatch();
  let started = false;
  health.needsToBeWell('eventLoop', () => loop.turns);
  health.needsToBeReady('started', () => started && !stopSignal.aborted);
  if (metricsPort !== undefined) addProcessMetrics(metrics);
  const server = metricsPort === undefined ? undefined : await serveMetrics(metrics, health, { host, port: metricsPort });
  const closeServer = async (): Promise<void> => {
    loop.close();
    await server?.close();
  };
  try {
    const service = await start(context);
    started = true;
    return {
      addresses: { ...service.addresses, ...(server && { metrics: server.url }) },
      ...(service.drain && {
        drain: async (signal: AbortSignal) => {
          started = false;
          await service.drain?.(signal);
        },
      }),
      close: async () => {
        await service.close();
        await closeServer();
      },
    };
  } catch (error) {
    await closeServer();
    throw error;
  }
}
