import { describe, expect, it } from 'vitest';
import { idempotencyMark } from '../src/idempotency.js';

const body = (password: string, image = 'a') => ({
  name: 'n',
  image,
  database: { type: 'mysql', mysqlPassword: password },
});

describe('the mark of a request that is repeated', () => {
  it('goes by the key and the body', () => {
    const mark = idempotencyMark('key', body('p'));
    expect(idempotencyMark('key', body('p'))).toBe(mark);
    expect(idempotencyMark('key', body('p', 'b')).split('.')[0]).toBe(mark.split('.')[0]);
    expect(idempotencyMark('key', body('p', 'b'))).not.toBe(mark);
  });

  it('shows no password to those who try many, with the key or without', () => {
    const certification = (token: string) => ({ name: 'n', certification: { token } });
    expect(idempotencyMark('key', body('one'))).toBe(idempotencyMark('key', body('two')));
    expect(idempotencyMark('key', certification('one'))).toBe(idempotencyMark('key', certification('two')));
    const hashes = ['one', 'two'].map((key) => idempotencyMark(key, body('p')).split('.')[1]);
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});
