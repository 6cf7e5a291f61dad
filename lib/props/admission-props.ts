/** Props of a `NacosAdmission`. */
export interface NacosAdmissionProps {
  /**
   * Whether requesters may name only what they may read themselves. Without the policy, a user who may create a Nacos
   * may read every Secret of its namespace and run any pod there. It needs Kubernetes ≥ 1.30.
   *
   * @default true
   */
  readonly requesterPolicy?: boolean;
}
