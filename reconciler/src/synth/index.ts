/**
 * `cdk8s-reconciler/synth`: the manifests that a cluster needs to run controllers.
 *
 * @module
 */

export { roleName } from '../role-name.js';
export { lackingFields } from '../structural/lacking-fields.js';
export { CustomResourceDefinitions, type CustomResourceDefinitionsProps } from './definitions.js';
export { Operator } from './operator.js';
export type { OperatorProps, OperatorResources, OperatorToleration, Quantities } from './props.js';
export { type PolicyRule, type PolicyRules, policyRules } from './roles.js';
