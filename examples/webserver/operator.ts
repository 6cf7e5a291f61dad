import { run } from 'cdk8s-reconciler/run';
import { webServer } from './webserver.js';

run({ controllers: [webServer] });
