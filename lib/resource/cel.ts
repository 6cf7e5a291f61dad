/*
 * The library of CEL is an ES module, which no test runner with a module loader of its own can `require` (jest, which
 * `cdk8s init` sets up). `npm run build` puts a CommonJS copy of it in the place of this file.
 */
export { Environment, type ParseResult, parse } from '@marcbachmann/cel-js';
