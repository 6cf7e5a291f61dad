import { expect, it } from 'vitest';
import { wordsOf } from '../src/words.js';

it.each([
  [
    'an error and its causes',
    new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED ::1:80') }),
    'fetch failed: connect ECONNREFUSED ::1:80',
  ],
  ['a cause that is repeated, once', new Error('GET /x: reset', { cause: new Error('reset') }), 'GET /x: reset'],
  ['several errors without a text of their own', new AggregateError([new Error('a'), new Error('b')]), 'a, b'],
  ['an error without a text', new RangeError(), 'RangeError'],
  ['a text', 'no', 'no'],
  ['nothing', undefined, 'undefined'],
  ['what has no text', Object.create(null), 'an error without words'],
])('says what is there to say of %s', (_, error, words) => {
  expect(wordsOf(error)).toBe(words);
});

it('says what goes in a circle once', () => {
  const [one, other] = [new Error('one'), new Error('other')];
  Object.assign(one, { cause: other });
  Object.assign(other, { cause: one });
  expect(wordsOf(one)).toBe('one: other');
});
