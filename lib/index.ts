export { ImageRegistry } from './image-registry.js';
export {
  NacosAccess,
  type NacosConfiguration,
  type NacosInitialData,
  type NacosNamespace,
  type NacosPermission,
  type NacosUser,
  type PasswordSecret,
  type SourceKey,
} from './initial-data.js';
export {
  type CredentialsSecret,
  MysqlBackedNacos,
  type MysqlBackedNacosProps,
  type MysqlDatabaseProps,
} from './mysql-backed-nacos.js';
export { NacosCluster, type NacosClusterProps } from './nacos-cluster.js';
export { NacosDefinition } from './nacos-definition.js';
export { NacosInstance } from './nacos-instance.js';
export {
  NacosManager,
  type NacosManagerIngress,
  type NacosManagerLogin,
  type NacosManagerProps,
} from './nacos-manager.js';
export { NacosOperator, type NacosOperatorProps } from './nacos-operator.js';
export {
  type ComputeQuantities,
  type ComputeResources,
  Exposure,
  ManagedBy,
  type NacosAuthentication,
  type NacosConsole,
  type NacosProps,
  type NacosService,
  type NacosVolume,
} from './nacos-props.js';
export { NacosStandalone, type NacosStandaloneProps } from './nacos-standalone.js';
export type { PlusContainer, PlusCpu, PlusEnvValue } from './plus-types.js';
export type { NacosWaitContainerProps } from './wait-container.js';
