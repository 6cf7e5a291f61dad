import { run } from 'cdk8s-reconciler/run';
import { controlFleets } from './fleets.js';

// A process with as many objects as a test makes.
run({ controllers: [controlFleets] });
