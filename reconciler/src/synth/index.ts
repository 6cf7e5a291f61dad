export { CustomResourceDefinitions, type CustomResourceDefinitionsProps } from './definitions.js';
export { Operator } from './operator.js';
export type { OperatorProps, OperatorResources, OperatorToleration, Quantities } from './props.js';
