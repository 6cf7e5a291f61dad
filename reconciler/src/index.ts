/**
 * The declaration: what `import … from 'cdk8s-reconciler'` gives. It needs neither cdk8s nor a cluster.
 *
 * @module
 */

export type { ClusterReader } from './cluster.js';
export {
  type ActContext,
  type Action,
  type Children,
  type ConditionStatement,
  type Controller,
  controller,
  type DecideOptions,
  type Decision,
  type EventNote,
  type Gate,
  type ObserveContext,
  type Permission,
  type ReadKind,
  type RenderOptions,
  reading,
  type StatusOf,
} from './controller.js';
export { TerminalError } from './errors.js';
export { type Kind, kind } from './kind.js';
export type { KubernetesObject, Stored } from './object.js';
export {
  type Condition,
  type CustomResource,
  type ObjectOf,
  type Resource,
  resource,
} from './resource.js';
export type { ResourceOptions, Rule } from './resource-options.js';
