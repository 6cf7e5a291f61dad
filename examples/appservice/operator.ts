import { run } from 'cdk8s-reconciler/run';
import { appService } from './appservice.js';

run({ controllers: [appService] });
