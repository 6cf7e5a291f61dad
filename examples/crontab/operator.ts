import { run } from 'cdk8s-reconciler/run';
import { cronTab } from './crontab.js';

run({ controllers: [cronTab] });
