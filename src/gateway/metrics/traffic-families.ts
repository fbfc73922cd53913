import type { MetricFamily } from '@mscli/runtime/metrics';
import type { Traffic } from './traffic.js';

/** The connections to clients and to instances. */
export function trafficFamilies(sides: { client: Traffic; upstream: Traffic }, idleUpstreams: number): MetricFamily[] {
  const each = (valueIn: (traffic: Traffic) => number) =>
    Object.entries(sides).map(([side, traffic]) => ({ labels: { side }, value: valueIn(traffic) }));
  return [
    {
      kind: 'gauge',
      name: 'mscli_gateway_connections',
      help: 'Open connections.',
      merged: 'sum',
      samples: each(({ open }) => open),
    },
    {
      kind: 'gauge',
      name: 'mscli_gateway_idle_upstream_connections',
      help: 'Of the connections to instances, those that wait for a request.',
      merged: 'sum',
      samples: [{ labels: {}, value: idleUpstreams }],
    },
    {
      kind: 'counter',
      name: 'mscli_gateway_connections_opened',
      help: 'Connections since the start.',
      samples: each(({ opened }) => opened),
    },
    {
      kind: 'counter',
      name: 'mscli_gateway_received_bytes',
      help: 'Bytes that came over the connections.',
      samples: each(({ receivedBytes }) => receivedBytes),
    },
    {
      kind: 'counter',
      name: 'mscli_gateway_sent_bytes',
      help: 'Bytes that were sent over the connections.',
      samples: each(({ sentBytes }) => sentBytes),
    },
  ];
}
