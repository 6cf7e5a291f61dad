import { run } from 'cdk8s-reconciler/run';
import { echo } from './echo.js';
import { scheduledEcho } from './scheduledecho.js';

run({ controllers: [echo, scheduledEcho] });
