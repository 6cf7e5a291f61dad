// What renders imports no package; it has this from here.
export { parseQuantity } from 'cdk8s-reconciler/schema';
