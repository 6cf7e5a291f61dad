// What `bundle` puts in place of `@opentelemetry/api` where only prom-client asks for it, which does nothing with it.
export {};
