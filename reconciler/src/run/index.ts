export { type RunOptions, run } from './run.js';
