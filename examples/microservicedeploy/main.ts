import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { CustomResourceDefinitions, Operator } from 'cdk8s-reconciler/synth';
import { MicroServiceDeploy, microServiceDeploy } from './microservicedeploy.js';

const app = new App();
new CustomResourceDefinitions(new Chart(app, '00-crds'), 'crds', { resources: [MicroServiceDeploy] });
new Operator(new Chart(app, '10-operator'), 'microservicedeploy-operator', {
  controllers: [microServiceDeploy],
  entry: join(__dirname, 'operator.ts'),
  // The Deployment and its program, which change with every build, in a file of their own.
  programScope: new Chart(app, '20-operator-program'),
});
app.synth();
