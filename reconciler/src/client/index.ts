/**
 * `cdk8s-reconciler/client`: requests to the API server, for programs beside the controllers.
 *
 * @module
 */

export { ApiError, type ApiErrorCause, ConnectionError } from './api-error.js';
export { Client, type Method, type RequestObserver, type RequestOptions } from './client.js';
export { type Connection, type Credentials, withoutCredentials } from './connection.js';
export { collectionPath, objectPath } from './endpoint.js';
export { type ListOptions, listAll, type ObjectList } from './list-all.js';
export { type ConnectionChoice, readConnection } from './read-connection.js';
export { within } from './within.js';
