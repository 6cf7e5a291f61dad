import { Type } from '@sinclair/typebox';
import { controller, resource } from 'cdk8s-reconciler';
import { run } from 'cdk8s-reconciler/run';

/** An operator that leaves a promise behind, which fails when its reconciliation is over. */
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
          if (metadata.name === 'poison') void fails(50);
        },
      }),
    ],
  });
