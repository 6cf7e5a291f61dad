/**
 * `cdk8s-reconciler/run`: the controller process.
 *
 * @module
 */

export { type RunOptions, run } from './run.js';
