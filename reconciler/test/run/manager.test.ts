import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { Service } from 'cdk8s-reconciler/kinds';
import { expect, it } from 'vitest';
import type { Controller } from '../../src/controller.js';
import { createLog } from '../../src/run/log.js';
import { Manager } from '../../src/run/manager.js';
import { Metrics } from '../../src/run/metrics.js';

const Web = resource({ group: 'my.domain', version: 'v1', kind: 'Web', spec: Type.Object({}) });
const Other = resource({ group: 'my.domain', version: 'v1', kind: 'Other', spec: Type.Object({}) });
const owns = { services: Service };
const named = (name: string, kind = Web) => controller(kind, { name, owns, render: () => [] }) as unknown as Controller;

const connection = { server: new URL('http://127.0.0.1:1'), credentials: async () => ({ tls: {} }) };
const config = { connection, port: 0, logLevel: 'silent' };
const run = (...controllers: Controller[]) => new Manager(controllers, config, new Metrics(), createLog('silent'));

it('refuses two controllers of one resource, which would remove each other\u2019s children', () => {
  expect(() => run(named('a'), named('b'))).toThrow(
    'two controllers have the resource web.my.domain: make one of them',
  );
});

it('refuses two controllers of one name', () => {
  expect(() => run(named('a'), named('a', Other))).toThrow('two controllers are named a');
  expect(() => run(named('a'), named('b', Other))).not.toThrow();
});
