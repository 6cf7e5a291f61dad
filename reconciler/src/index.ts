export {
  type Column,
  type CommonStatus,
  type Condition,
  type CustomResource,
  type ObjectOf,
  type Resource,
  type ResourceOptions,
  type Rule,
  resource,
  type Scale,
} from './resource.js';
