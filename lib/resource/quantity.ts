export { parseQuantity } from 'cdk8s-reconciler';
