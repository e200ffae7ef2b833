/** Runs a service from its command line to its end: settings, logger, start, signals, a bounded shutdown, exit status. */
import { createLogger } from '../log/logger.ts';
import type { Logger } from '../log/logger.ts';
import { commonOptions } from './common.ts';
import type { CommonSettings } from './common.ts';
import { readCommandLine, TextRequested } from './command-line.ts';
import type { CommandLine } from './command-line.ts';
import { EventLoopWatch } from '../health/event-loop.ts';
import { Health } from '../health/health.ts';
import { Metrics } from '../metrics/metrics.ts';
import { addProcessMetrics } from '../metrics/process-metrics.ts';
import { serveMetrics } from '../metrics/server.ts';
import { ServiceRun } from './lifecycle.ts';
import type { RunningService } from './lifecycle.ts';
import type { Parameter, SettingsOf } from './parameter.ts';
import { EXIT_USAGE, UsageError } from './usage-error.ts';
import { packageVersion } from './version.ts';

export interface ServiceContext {
  log: Logger;
  /** Served on --metrics-port. */
  metrics: Metrics;
  /** Likewise; that it has started, and that the event loop turns, is seen to already. */
  health: Health;
  /** Aborted as soon as the service is asked to stop, also while it still starts. */
  stopSignal: AbortSignal;
}

export interface ServiceDefinition<Arguments extends readonly Parameter[], Options extends readonly Parameter[]> {
  /** The command's name, and the name that its log lines carry. */
  name: string;
  description: string;
  arguments: Arguments;
  options: Options;
  /** Default of --name, where it is not the command's own. */
  defaultName?: string;
  /** Resolves when the service can be used. UsageError and errors of binding an address end it with one line and status 2. */
  start(settings: SettingsOf<Arguments> & SettingsOf<Options> & CommonSettings, context: ServiceContext): Promise<RunningService>;
}

function commandLineOf(definition: Pick<ServiceDefinition<readonly Parameter[], readonly Parameter[]>, 'name' | 'description' | 'arguments' | 'options' | 'defaultName'>): CommandLine {
  return {
    name: definition.name,
    description: definition.description,
    version: packageVersion(),
    parameters: [...definition.arguments, ...definition.options, ...commonOptions(definition.defaultName ?? definition.name)],
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
  const settings = settingsOrExit(definition);
  const log = createLogger({ service: definition.name, level: settings.logLevel, format: settings.logFormat });
  const run = new ServiceRun(definition.name, log);
  const metrics = new Metrics();
  const health = new Health();
  await run.begin((stopSignal) => beside(settings, { log, metrics, health, stopSignal }, (context) => definition.start(settings, context)));
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

function settingsOrExit<Arguments extends readonly Parameter[], Options extends readonly Parameter[]>(
  definition: ServiceDefinition<Arguments, Options>,
): SettingsOf<Arguments> & SettingsOf<Options> & CommonSettings {
  const line = commandLineOf(definition);
  try {
    const settings = readCommandLine(line, process.argv.slice(2), process.env);
    return settings as SettingsOf<Arguments> & SettingsOf<Options> & CommonSettings;
  } catch (error) {
    if (error instanceof TextRequested) {
      process.stdout.write(error.text);
      process.exit(0);
    }
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${definition.name}: ${error.message} (see ${definition.name} --help)\n`);
    process.exit(EXIT_USAGE);
  }
}
