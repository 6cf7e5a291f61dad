import { readConfig } from './config.js';
import type { Console } from './console-pages.js';
import { createServer } from './server.js';

/** Put in by the bundler; absent where this file runs by itself. */
declare const consoleFiles: Console | undefined;

async function main(): Promise<void> {
  const { host, port, server } = await readConfig();
  const app = await createServer({
    ...server,
    ...(typeof consoleFiles !== 'undefined' && { console: consoleFiles }),
  });
  await app.listen({ host, port });
  if (server.ownClient)
    app.log.warn('callers without a token act as the user of your kubeconfig; for development only');
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      void app.close().then(() => process.exit(0));
    });
}

main().catch((error: unknown) => {
  process.stderr.write(`nacos-manager: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
