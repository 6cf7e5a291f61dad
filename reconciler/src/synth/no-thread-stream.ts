// What `bundle` puts in place of `thread-stream` where only pino asks for it: the worker of a transport is a file of
// its own, which no bundle carries.
export {};
