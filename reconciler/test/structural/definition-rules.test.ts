import { resource } from 'cdk8s-reconciler';
import { expect, it } from 'vitest';
import { refused, taken, useless } from './definition-options.js';

it.each([...refused, ...useless])('refuses %j, saying where and why: %s', (options, message) => {
  expect(() => resource(options)).toThrow(message);
});

it.each(taken.map((options) => [options]))('takes %j', (options) => {
  expect(resource(options).definition.spec.group).toBe('options.test');
});
