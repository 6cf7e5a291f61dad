import { run } from 'cdk8s-reconciler/run';
import { controlWebServers, declareWebServer } from './sample.js';

// A process that tests start, stop and kill. With --expose-gc it collects on SIGUSR2, so that its memory can be
// compared.
process.on('SIGUSR2', () => (globalThis as { gc?: () => void }).gc?.());
// For longer than a Lease lasts it does nothing but compute, as a render with too much to do would.
process.on('SIGHUP', () => {
  const end = Date.now() + Number(process.env.TEST_BLOCK ?? 0);
  while (Date.now() < end) for (const list = Array.from({ length: 2_000 }, String); list.length > 0; ) list.pop();
});
run({ controllers: [controlWebServers(declareWebServer(process.env.TEST_GROUP ?? ''))] });
