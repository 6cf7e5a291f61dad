import { describe, expect, it } from 'vitest';
import { render } from '../../lib/render/render.js';
import { child, nacos } from '../nacos-object.js';

const budgetOf = (spec: object) => child(render(nacos(spec)), 'PodDisruptionBudget').spec;
const budgetsOf = (spec: object) => render(nacos(spec)).filter(({ kind }) => kind === 'PodDisruptionBudget');

describe('the PodDisruptionBudget', () => {
  it('lets go of one member at a time, and of broken ones always', () => {
    expect(budgetOf({ type: 'cluster' })).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: { app: 'n', component: 'nacos', middleware: 'nacos' } },
    });
  });

  it.each([0, 2, '40%'])('lets go of as many as asked: %s', (maxUnavailable) => {
    expect(budgetOf({ type: 'cluster', podDisruptionBudget: { maxUnavailable } })).toMatchObject({ maxUnavailable });
  });

  it('is none for one server, whose node it would keep from being drained', () => {
    expect(budgetsOf({})).toEqual([]);
    expect(budgetsOf({ podDisruptionBudget: { maxUnavailable: 0 } })).toHaveLength(1);
  });

  it('is none where switched off', () => {
    expect(budgetsOf({ type: 'cluster', podDisruptionBudget: { enabled: false } })).toEqual([]);
  });
});
