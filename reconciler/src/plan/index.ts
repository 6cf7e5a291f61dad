/**
 * `cdk8s-reconciler/plan`: what a controller will do, before it does.
 *
 * @module
 */

export type { ChildChange } from './child-changes.js';
export { compare } from './compare.js';
export { type DryRunOptions, dryRun } from './dry-run.js';
export { type FromCluster, fromCluster } from './from-cluster.js';
export { type Plan, plan } from './plan.js';
export type { Effects, Surroundings, World } from './world.js';
