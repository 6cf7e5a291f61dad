import { run } from 'cdk8s-reconciler/run';
import { controlWebServers, declareWebServer } from './sample.js';

// A process that tests start, stop and kill. With --expose-gc it collects on SIGUSR2, so that its memory can be
// compared.
process.on('SIGUSR2', () => (globalThis as { gc?: () => void }).gc?.());
run({ controllers: [controlWebServers(declareWebServer(process.env.TEST_GROUP ?? ''))] });
