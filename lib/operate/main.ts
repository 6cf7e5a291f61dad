import { run } from 'cdk8s-reconciler/run';
import { nacos } from './controller.js';

void run({ controllers: [nacos] });
