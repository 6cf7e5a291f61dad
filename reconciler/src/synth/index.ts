/**
 * `cdk8s-reconciler/synth`: the manifests that a cluster needs to run controllers.
 *
 * @module
 */

export { CustomResourceDefinitions, type CustomResourceDefinitionsProps } from './definitions.js';
export { Operator } from './operator.js';
export type { OperatorProps, OperatorResources, OperatorToleration, Quantities } from './props.js';
