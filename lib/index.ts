export { ImageRegistry } from './image-registry.js';
export { MysqlBackedNacos } from './mysql-backed-nacos.js';
export { NacosAdmission } from './nacos-admission.js';
export { NacosCluster } from './nacos-cluster.js';
export { NacosDefinition } from './nacos-definition.js';
export { NacosInstance } from './nacos-instance.js';
export { NacosManager } from './nacos-manager.js';
export { NacosOperator } from './nacos-operator.js';
export { NacosStandalone } from './nacos-standalone.js';
export type { PlusContainer, PlusCpu, PlusEnvValue } from './plus-types.js';
export type { NacosAdmissionProps } from './props/admission-props.js';
export {
  NacosAccess,
  type NacosConfiguration,
  type NacosInitialData,
  type NacosNamespace,
  type NacosPermission,
  type NacosUser,
  type PasswordSecret,
  type SourceKey,
} from './props/initial-data.js';
export type { NacosManagerIngress, NacosManagerLogin, NacosManagerProps } from './props/manager-props.js';
export type { CredentialsSecret, MysqlBackedNacosProps, MysqlDatabaseProps } from './props/mysql-props.js';
export {
  type ComputeQuantities,
  type ComputeResources,
  Exposure,
  ManagedBy,
  type NacosAuthentication,
  type NacosClusterProps,
  type NacosConsole,
  type NacosEndpoint,
  type NacosEndpoints,
  type NacosProps,
  type NacosService,
  type NacosStandaloneProps,
  type NacosVolume,
} from './props/nacos-props.js';
export type { NacosOperatorProps } from './props/operator-props.js';
export type { NacosWaitContainerProps } from './wait-container.js';
