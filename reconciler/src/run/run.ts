import type { Controller } from '../controller.js';
import { readConfig } from './config.js';
import { serveHealth } from './health.js';
import { createLog } from './log.js';
import { Manager } from './manager.js';
import { Metrics } from './metrics.js';

export interface RunOptions {
  readonly controllers: readonly Controller[];
}

/**
 * Runs controllers until the process is told to stop. Settings come from the environment, which `Operator` fills in: outside a cluster
 * the current context of `KUBECONFIG` is used.
 *
 * Ends the process: with 0 after SIGTERM or SIGINT, once passes under way are through and the lease is released; with 1 if the lease was
 * lost or the settings are wrong.
 */
export function run({ controllers }: RunOptions): void {
  start(controllers).catch((error) => {
    createLog('error').fatal({ err: error }, 'could not start');
    process.exit(1);
  });
}

async function start(controllers: readonly Controller[]): Promise<void> {
  const config = await readConfig();
  const log = createLog(config.logLevel);
  const metrics = new Metrics();
  const manager = new Manager(controllers, config, metrics, log);
  const server = await serveHealth(config.port, () => manager.ready, metrics);
  const { port } = server.address() as { readonly port: number };
  log.info({ server: config.connection.server.href, port }, 'started');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void manager.stop().then(() => process.exit(0));
    });
  }
  process.on('unhandledRejection', (reason) => {
    log.fatal({ err: reason }, 'a promise failed and nobody handled it: this is a bug');
    process.exit(1);
  });
  if ((await manager.run()) === 'stopped') return;
  log.fatal('lost the lease: another replica may lead now');
  process.exit(1);
}
