/** Outcomes and durations of jobs. */

import { Gauge, Histogram, type Registry } from "prom-client";

/** Makes the series of jobs. */
export const jobSeries = (registers: Registry[]) => ({
  jobs: new Histogram({
    name: "job_duration_seconds",
    help: "Time of one attempt at a job.",
    // Not `job`, which Prometheus itself gives to every series.
    labelNames: ["job_name", "outcome"],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  }),
  jobsWaiting: new Gauge({ name: "jobs_waiting", help: "Jobs in the queue.", registers }),
});
