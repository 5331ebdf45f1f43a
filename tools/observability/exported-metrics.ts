import { LIBRARY_METRICS, METRIC_SERVICES, metricCatalogue } from './metric-catalogue.ts';

/** A metric as a service says it. */
interface Exported {
  readonly type: string;
  readonly help: string;
  /** Of its samples, as far as there are any. */
  readonly labels: ReadonlySet<string>;
}

/** What a `/metrics` page says, by name. */
export function readExposition(text: string): ReadonlyMap<string, Exported> {
  const all = (pattern: RegExp): ReadonlyMap<string, string> =>
    new Map([...text.matchAll(pattern)].map(([, name = '', rest = '']) => [name, rest]));
  const helps = all(/^# HELP (\S+) (.*)$/gm);
  const labels = new Map<string, Set<string>>();
  for (const [, sample = '', list = ''] of text.matchAll(/^([a-zA-Z_:][\w:]*)\{([^}]*)\}/gm)) {
    const name = helps.has(sample) ? sample : sample.replace(/_(bucket|sum|count)$/, '');
    const known = labels.get(name) ?? new Set<string>();
    for (const [, label = ''] of list.matchAll(/(\w+)="/g)) known.add(label);
    labels.set(name, known);
  }
  const types = all(/^# TYPE (\S+) (.*)$/gm);
  return new Map(
    [...types].map(([name, type]) => [
      name,
      { type, help: helps.get(name) ?? '', labels: labels.get(name) ?? new Set() },
    ]),
  );
}

/**
 * Asks a running instance of each service for its metrics, and says in words what differs from docs/reference/metrics.md, both
 * ways: what is not in the reference, and what the reference says that is not exported, or is another thing.
 */
export async function exportedDifferences(urls: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
  const said = await Promise.all(METRIC_SERVICES.map((service) => differencesOf(service, urls.get(service)?.[0])));
  return said.flat();
}

async function differencesOf(service: string, url: string | undefined): Promise<string[]> {
  if (url === undefined) return [`${service}: does not run`];
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  const exported = readExposition(await response.text());
  const expected = metricCatalogue().filter(({ services }) => services.includes(service));
  const names = new Set([...expected.map(({ name }) => name), ...LIBRARY_METRICS]);
  const unknown = [...exported.keys()]
    .filter((name) => !names.has(name))
    .map((name) => `${service}: ${name} is in no reference`);
  const wrong = expected.flatMap(({ name, type, help, labels }) => {
    const found = exported.get(name);
    if (found === undefined) return [`${service}: ${name} is not exported`];
    const more = [...found.labels].filter((label) => ![...labels, 'service', 'le'].includes(label));
    return [
      ...(found.type === type ? [] : [`${service}: ${name} is a ${found.type}`]),
      ...(found.help === help ? [] : [`${service}: ${name} has another help`]),
      ...more.map((label) => `${service}: ${name} has a label ${label}`),
    ];
  });
  return [...unknown, ...wrong];
}
