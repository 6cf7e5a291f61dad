import { join } from 'node:path';
import { App, Chart } from 'cdk8s';
import { CustomResourceDefinitions, Operator } from 'cdk8s-reconciler/synth';
import { WebServer, webServer } from './webserver.js';

const app = new App();
new CustomResourceDefinitions(new Chart(app, '00-crds'), 'crds', { resources: [WebServer] });
new Operator(new Chart(app, '10-operator'), 'webserver-operator', {
  controllers: [webServer],
  entry: join(__dirname, 'operator.ts'),
  // The Deployment and its program, which change with every build, in a file of their own.
  programScope: new Chart(app, '20-operator-program'),
});
app.synth();
