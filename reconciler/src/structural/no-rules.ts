// What `bundle` puts in place of the rules: synth has judged by them what the process declares again.

export function judge(): void {}

export function judgeDefinition(): void {}
