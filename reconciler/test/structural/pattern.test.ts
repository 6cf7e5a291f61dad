import { expect, it } from 'vitest';
import { patternProblem } from '../../src/structural/pattern.js';
import { patterns } from './patterns.js';

it.each(patterns.map(([pattern, taken]) => ({ pattern, taken })))('$pattern: $taken', ({ pattern, taken }) => {
  expect(patternProblem(pattern) === undefined).toBe(taken);
});
