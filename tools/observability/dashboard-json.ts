import { ofJob, type Dashboard, type Panel } from './panel.ts';

const COLUMNS = 24;
const HEIGHT = { stat: 4, timeseries: 8 } as const;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' } as const;

/** One Prometheus may look at several installations; in Kubernetes a job is named `<namespace>/colloquy`. */
const JOB = {
  name: 'job',
  label: 'Installation',
  type: 'query',
  datasource: DATASOURCE,
  definition: 'label_values(colloquy_ready, job)',
  query: { query: 'label_values(colloquy_ready, job)', refId: 'job' },
  includeAll: true,
  allValue: '.+',
  multi: true,
  current: { text: 'All', value: '$__all' },
  hide: 0,
  refresh: 2,
  sort: 1,
};

/** The dashboard as Grafana reads it from a file. */
export function dashboardJson({ name, title, description, rows }: Dashboard): string {
  const panels: object[] = [];
  let [id, y] = [0, 0];
  for (const row of rows) {
    panels.push({
      id: (id += 1),
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: COLUMNS, h: 1 },
      panels: [],
    });
    y += 1;
    let [x, tallest] = [0, 0];
    for (const panel of row.panels) {
      const w = panel.width ?? (panel.kind === 'stat' ? 4 : 8);
      if (x + w > COLUMNS) {
        y += tallest;
        [x, tallest] = [0, 0];
      }
      const h = HEIGHT[panel.kind];
      panels.push(panelJson(panel, (id += 1), { x, y, w, h }));
      x += w;
      tallest = Math.max(tallest, h);
    }
    y += tallest;
  }
  const json = {
    uid: `colloquy-${name}`,
    title: `Colloquy: ${title}`,
    description,
    tags: ['colloquy'],
    schemaVersion: 41,
    version: 1,
    editable: false,
    graphTooltip: 1,
    refresh: '15s',
    time: { from: 'now-1h', to: 'now' },
    timezone: 'browser',
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0, refresh: 1 },
        JOB,
      ],
    },
    links: [
      {
        title: 'Colloquy',
        type: 'dashboards',
        tags: ['colloquy'],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    annotations: { list: [] },
    panels,
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function panelJson(panel: Panel, id: number, gridPos: object): object {
  const { kind, title, description, unit, queries, thresholds } = panel;
  const steps = [
    { color: 'green', value: null },
    ...(thresholds === undefined
      ? []
      : [
          { color: 'yellow', value: thresholds.warn },
          { color: 'red', value: thresholds.bad },
        ]),
  ];
  return {
    id,
    type: kind,
    title,
    description,
    gridPos,
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: { unit, min: 0, thresholds: { mode: 'absolute', steps }, custom: kind === 'stat' ? {} : lines(panel) },
      overrides: [],
    },
    options:
      kind === 'stat'
        ? {
            reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
            colorMode: 'value',
            graphMode: 'area',
            textMode: 'auto',
          }
        : {
            legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
            tooltip: { mode: 'multi', sort: 'desc' },
          },
    targets: queries.map(({ expr, legend }, at) => ({
      refId: String.fromCodePoint(65 + at),
      datasource: DATASOURCE,
      editorMode: 'code',
      expr: ofJob(expr),
      legendFormat: legend,
      range: true,
    })),
  };
}

function lines({ thresholds }: Panel): object {
  return {
    drawStyle: 'line',
    lineWidth: 1,
    fillOpacity: 10,
    showPoints: 'never',
    spanNulls: false,
    thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
  };
}
