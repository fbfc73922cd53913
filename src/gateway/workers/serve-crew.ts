import type { GatewayEnvironment } from '../environment.js';
import type { MetricsPage } from '../metrics/metrics-page.js';
import type { Crew } from './crew.js';

/** How long a worker may take to say what it has counted. */
const PATIENCE_MS = 2_000;

/** One page for the metrics of all workers, where it is asked for. Fails with `PORT_TAKEN`. */
export async function serveCrew(
  crew: Pick<Crew, 'askAll'>,
  { settings: { metrics }, instanceId }: Pick<GatewayEnvironment, 'settings' | 'instanceId'>,
): Promise<MetricsPage | undefined> {
  if (metrics === undefined) return undefined;
  const [{ CrewFamilies }, { ProcessMetrics }, { serveMetrics }] = await Promise.all([
    import('../metrics/crew-families.js'),
    import('../metrics/process-metrics.js'),
    import('../metrics/metrics-page.js'),
  ]);
  const merged = new CrewFamilies();
  const own = new ProcessMetrics();
  const page = await serveMetrics(metrics.port, async () => {
    const answers = await crew.askAll('families', [], PATIENCE_MS);
    return merged.merge(answers, { id: instanceId, families: own.families() });
  });
  return {
    url: page.url,
    async [Symbol.asyncDispose]() {
      await page[Symbol.asyncDispose]();
      own[Symbol.dispose]();
    },
  };
}
