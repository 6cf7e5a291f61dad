import { type Static, Type } from '@sinclair/typebox';
import type { Images } from '../images.js';
import { problems, query } from '../parameters.js';
import type { Api } from './api.js';

const version = Type.Object({
  version: Type.String(),
  image: Type.String(),
  default: Type.Boolean({ description: 'Taken by a create that names neither image nor version.' }),
  console: Type.Object({ port: Type.Integer(), path: Type.String() }, { description: 'On the Service for clients.' }),
  credentialsRequired: Type.Boolean({ description: 'Whether the servers need a token even with authentication off.' }),
});

const offered = Type.Object({
  items: Type.Array(version, { description: 'Newest first.' }),
  restricted: Type.Boolean({ description: 'Whether no others can be created through this service.' }),
});
/** An answer with versions. */
export type OfferedVersions = Static<typeof offered>;

/** Lists the versions that can be created. */
export function versions(api: Api, images: Images): void {
  const schema = {
    operationId: 'listVersions',
    summary: 'The versions that can be created now',
    querystring: query({}),
    response: { 200: offered, ...problems() },
  };
  api.get('/versions', { schema }, async (request): Promise<OfferedVersions> => {
    // No secret, but callers without any credentials get nothing.
    request.kubernetes();
    return { items: images.versions, restricted: images.restricted };
  });
}
