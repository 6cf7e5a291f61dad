/**
 * The declaration: what `import … from 'cdk8s-reconciler'` gives. It needs neither cdk8s nor a cluster.
 *
 * @module
 */

export type { ClusterReader, ClusterWriter } from './cluster.js';
export {
  type ActContext,
  type Action,
  type Children,
  type ConditionStatement,
  type Controller,
  type ControllerOptions,
  controller,
  type Decision,
  type EventNote,
  type Gate,
  type GeneratedSecret,
  type Kinds,
  type ObserveContext,
  type Permission,
  type ReadKind,
  type ReadKinds,
  reading,
  type StatusOf,
} from './controller.js';
export { TerminalError } from './errors.js';
export { type Kind, kind } from './kind.js';
export type { KubernetesObject, Stored } from './object.js';
export {
  type CommonStatus,
  type Condition,
  type CustomResource,
  type ObjectOf,
  type Resource,
  resource,
} from './resource.js';
export type { ResourceOptions, Rule } from './resource-options.js';
