import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { CustomResourceDefinitions, Operator } from 'cdk8s-reconciler/synth';
import { Echo, echo } from './echo.js';
import { ScheduledEcho, scheduledEcho } from './scheduledecho.js';

const app = new App();
new CustomResourceDefinitions(new Chart(app, '00-crds'), 'crds', { resources: [Echo, ScheduledEcho] });
new Operator(new Chart(app, '10-operator'), 'echo-operator', {
  controllers: [echo, scheduledEcho],
  entry: join(__dirname, 'operator.ts'),
  // The Deployment and its program, which change with every build, in a file of their own.
  programScope: new Chart(app, '20-operator-program'),
  // Two replicas, of which one leads; with false a single one without an election.
  ha: true,
});
app.synth();
