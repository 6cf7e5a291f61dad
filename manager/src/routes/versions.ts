import { Type } from '@sinclair/typebox';
import { problems, query } from '../parameters.js';
import type { ServerOptions } from '../server.js';
import type { Api } from './api.js';

const version = Type.Object({
  version: Type.String(),
  image: Type.String(),
  default: Type.Boolean({ description: 'Taken by a create that names neither image nor version.' }),
  console: Type.Object({ port: Type.Integer(), path: Type.String() }, { description: 'On the Service for clients.' }),
  credentialsRequired: Type.Boolean({ description: 'Whether the servers need a token even with authentication off.' }),
});

export function versions(api: Api, { images }: ServerOptions): void {
  const response = {
    200: Type.Object({
      items: Type.Array(version, { description: 'Newest first.' }),
      restricted: Type.Boolean({ description: 'Whether no others can be created through this service.' }),
    }),
    ...problems(),
  };
  api.get(
    '/versions',
    {
      schema: {
        operationId: 'listVersions',
        summary: 'The versions that can be created now',
        querystring: query({}),
        response,
      },
    },
    async (request) => {
      // No secret, but nothing for whoever passes by either.
      request.kubernetes();
      return { items: images.versions, restricted: images.restricted };
    },
  );
}
