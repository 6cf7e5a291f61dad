import { run } from 'cdk8s-reconciler/run';
import { website } from './website.js';

run({ controllers: [website] });
