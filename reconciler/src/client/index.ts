/**
 * `cdk8s-reconciler/client`: requests to the API server, for programs beside the controllers.
 *
 * @module
 */

export { ApiError, type ApiErrorCause, ConnectionError } from '../run/api-error.js';
export { Client, type Method, type RequestObserver, type RequestOptions } from '../run/client.js';
export { readConnection } from '../run/config.js';
export { type Connection, type Credentials, withoutCredentials } from '../run/connection.js';
export { collectionPath, objectPath } from '../run/endpoint.js';
