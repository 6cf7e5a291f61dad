import { quorumLost } from './cluster/quorum.js';
import { podsOf, podsOfJob } from './pods/pods.js';
import { type Problem, podInTheWay, podProblem, toleratedEnds } from './pods/problems.js';
import { jobName } from './schema/job.js';
import type { View } from './view.js';

/** What keeps pods from running, as far as that is known. */
export interface Problems {
  readonly ofServers?: Problem;
  readonly ofJob?: Problem;
  readonly quorum?: Problem;
}

export function problems({ instance, observed, schema, pods, before }: View): Problems {
  const { at } = observed;
  const job = podsOfJob(jobName(schema) ?? '', pods);
  const servers = podsOf(instance, pods);
  const ofJob = podProblem(job, { at, toleratedEnds: 0, quoteLastLine: true });
  const ofServers = podInTheWay(instance, observed) ?? podProblem(servers, { at, toleratedEnds });
  const quorum = quorumLost(instance, observed, before, ofServers);
  return { ...(ofServers && { ofServers }), ...(ofJob && { ofJob }), ...(quorum && { quorum }) };
}
