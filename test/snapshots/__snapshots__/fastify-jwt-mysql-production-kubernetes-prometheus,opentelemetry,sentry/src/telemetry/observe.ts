/** Telemetry of jobs. */

import type { Resources } from "../resources.ts";
import { reportFailures } from "./failed-jobs.ts";
import { timeJob } from "./job-metrics.ts";
import { traceAttempt } from "./job-spans.ts";

export type Job = (resources: Resources, argument: string) => Promise<void>;

/** Watches each attempt at the job of a name. */
export type JobPart = (name: string, job: Job) => Job;

const PARTS: readonly JobPart[] = [timeJob, traceAttempt, reportFailures];

/** Watches each attempt at a job. */
export const observe = (job: Job): Job =>
  PARTS.reduce((watched, part) => part(job.name, watched), job);
