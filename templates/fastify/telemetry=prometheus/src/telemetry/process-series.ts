/** What the process uses of the machine, read when it is asked for. */

import { Counter, Gauge, type Registry } from "prom-client";

/** Makes the series of the process itself, under the names that Prometheus has for them. */
export const processSeries = (registers: Registry[]) => ({
  memory: new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory size in bytes.",
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  }),
  processor: new Counter({
    name: "process_cpu_seconds_total",
    help: "Total user and system CPU time spent in seconds.",
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      this.reset();
      this.inc((user + system) / 1e6);
    },
  }),
  start: new Gauge({
    name: "process_start_time_seconds",
    help: "Start time of the process since the Unix epoch in seconds.",
    registers,
    collect() {
      this.set(performance.timeOrigin / 1000);
    },
  }),
});
