/**
 * The environment variables by which the Deployment that `Operator` renders configures the process that `run` starts.
 */
export const environment = {
  /**
   * Name of the Lease that replicas elect a leader on; also names the operator in Lease and events. Absent: no
   * election, always leader.
   */
  leaseName: 'LEASE_NAME',
  /** Namespace of the pod, and so of the Lease. */
  namespace: 'POD_NAMESPACE',
  /** Name of the pod: the holder identity in the Lease. */
  podName: 'POD_NAME',
  /** Comma-separated namespaces to watch. Absent or empty: all. */
  watchNamespaces: 'WATCH_NAMESPACES',
  /** TCP port of `/healthz`, `/readyz` and `/metrics`. */
  port: 'PORT',
  /** `true`: starts without a Lease although another operator is at work on the same objects. */
  besideOperator: 'BESIDE_OPERATOR',
  /** Level of the log: trace, debug, info, warn or error. */
  logLevel: 'LOG_LEVEL',
} as const;
