/**
 * `cdk8s-reconciler/kit`: plain functions that shorten `render`.
 *
 * @module
 */

export { type Image, inRegistry, parseImage } from '../image.js';
export { initially } from '../initially.js';
export { wholly } from '../wholly.js';
export { expose, manifest, type Workload, workload } from './manifests.js';
export { restricted } from './restricted.js';
