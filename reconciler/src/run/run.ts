import { Client } from '../client/client.js';
import type { Controller } from '../controller.js';
import { SecondThread } from '../thread/second-thread.js';
import { refuseBeside } from './beside.js';
import { readConfig } from './config.js';
import { current } from './current.js';
import { createLog } from './log.js';
import { Manager, userAgent } from './manager.js';
import { Metrics } from './metrics.js';

export interface RunOptions {
  readonly controllers: readonly Controller[];
}

/**
 * Runs controllers until the process gets SIGTERM or SIGINT. Settings come from the environment, which `Operator` fills
 * in: outside a cluster the current context of `KUBECONFIG` is used.
 *
 * Ends the process: with 0 after SIGTERM or SIGINT, once reconciliations under way are through and the lease is
 * released; with 1 if the lease was lost or the settings are wrong.
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
  const observer = metrics.client(config.connection.server.host);
  if (!config.lease && !config.besideOperator) {
    const client = new Client(config.connection, userAgent(controllers), observer);
    await refuseBeside(controllers, client).finally(() => client.close());
  }
  let manager: Manager | undefined;
  const { thread, port } = await SecondThread.start({
    ...{ connection: config.connection, lease: config.lease, port: config.port, log },
    userAgent: userAgent(controllers),
    observer,
    notReady: () => (manager ? manager.notReady : 'starting'),
    metrics: async () => ({ text: await metrics.text(), contentType: metrics.contentType }),
  });
  manager = new Manager(controllers, config, metrics, log, config.lease && thread);
  void thread.ended.then((err) => {
    log.fatal({ err }, 'the thread that keeps the lease and answers probes has ended: this is a bug');
    process.exit(1);
  });
  log.info({ server: config.connection.server.href, port }, 'started');
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'stopping');
      void manager.stop().then(() => process.exit(0));
    });
  }
  const failures = {
    unhandledRejection: ['a promise failed that its controller does not wait for', 'a promise failed'],
    uncaughtException: ['an error was thrown that its controller does not catch', 'an error was thrown'],
  } as const;
  for (const [event, [ofController, ofOthers]] of Object.entries(failures)) {
    process.on(event, (reason) => {
      const of = current.getStore();
      // Of a controller's function, such as a connection without a listener for errors: one object must not end the
      // process for all others.
      if (of) return log.error({ ...of, err: reason }, ofController);
      log.fatal({ err: reason }, `${ofOthers} and not handled: this is a bug`);
      process.exit(1);
    });
  }
  if ((await manager.run()) === 'stopped') return;
  log.fatal('lost the lease: another replica may lead now');
  process.exit(1);
}
