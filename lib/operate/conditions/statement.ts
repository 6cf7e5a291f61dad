import type { ConditionStatement } from 'cdk8s-reconciler';

export function yes(type: string, reason: string, message = ''): ConditionStatement {
  return { type, status: 'True', reason, message };
}

export function no(type: string, reason: string, message: string): ConditionStatement {
  return { type, status: 'False', reason, message };
}
