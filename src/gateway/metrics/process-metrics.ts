import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { MetricFamily } from '@mscli/runtime/metrics';

const NANOSECONDS = 1e-9;
const MICROSECONDS = 1e-6;
const RESOLUTION_MS = 10;

/** What the process itself takes, under the names that Prometheus' own clients use. */
export class ProcessMetrics implements Disposable {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#delay.enable();
  }

  families(): MetricFamily[] {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const startedAt = (performance.timeOrigin / 1000).toFixed(3);
    return [
      counter('process_cpu_seconds', 'CPU time.', (user + system) * MICROSECONDS),
      gauge('process_start_time_seconds', 'When the process started, since 1970.', Number(startedAt)),
      gauge('process_resident_memory_bytes', 'Memory that the process takes.', rss),
      gauge('nodejs_heap_size_used_bytes', 'Memory that objects take.', heapUsed),
      gauge('nodejs_external_memory_bytes', 'Memory that buffers take.', external),
      ...this.#delayFamilies(),
    ];
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }

  /** Since the page was asked for last; a timer that is late by nothing still takes its interval. */
  #delayFamilies(): MetricFamily[] {
    const seconds = (nanoseconds: number) => Math.max(0, nanoseconds * NANOSECONDS - RESOLUTION_MS / 1000);
    const delay = this.#delay;
    const families = [
      gauge('nodejs_eventloop_lag_p50_seconds', 'The median delay of the event loop.', seconds(delay.percentile(50))),
      gauge('nodejs_eventloop_lag_p99_seconds', 'Its 99th percentile.', seconds(delay.percentile(99))),
      gauge('nodejs_eventloop_lag_max_seconds', 'Its maximum.', seconds(delay.max)),
    ];
    delay.reset();
    return families;
  }
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { kind: 'counter', name, help, samples: [{ labels: {}, value }] };
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { kind: 'gauge', name, help, samples: [{ labels: {}, value }] };
}
