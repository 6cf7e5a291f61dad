import { connect } from 'node:net';
import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { run } from 'cdk8s-reconciler/run';

/**
 * An operator that leaves something behind, which fails when its reconciliation is over: a promise, a timer, a
 * connection without a listener for errors.
 */
export const Careless = resource({ group: 'careless.test', version: 'v1', kind: 'Careless', spec: Type.Object({}) });

const fails = async (milliseconds: number) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  throw new Error('left behind');
};

if (process.env.TEST_GROUP)
  run({
    controllers: [
      controller(Careless, {
        owns: {},
        render: () => [],
        observe: async ({ metadata }) => {
          if (metadata.name === 'promise') void fails(50);
          if (metadata.name === 'timer')
            setTimeout(() => {
              throw new Error('left behind');
            }, 50);
          if (metadata.name === 'connection') connect(1, '127.0.0.1');
        },
      }),
    ],
  });
