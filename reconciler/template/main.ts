import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { CustomResourceDefinitions, Operator } from 'cdk8s-reconciler/synth';
import { Website, website } from './website.js';

const app = new App();
new CustomResourceDefinitions(new Chart(app, '00-crds'), 'crds', { resources: [Website] });
new Operator(new Chart(app, '10-operator'), 'my-operator', {
  controllers: [website],
  entry: join(__dirname, 'operator.ts'),
});
app.synth();
