import { quantile, rate, type Dashboard } from '../panel.ts';

/** What models cost, and how fast they are. */
export const models: Dashboard = {
  name: 'models',
  title: 'model cost and latency',
  description: 'What models cost, how fast they are, how often they fail.',
  rows: [
    {
      title: 'Cost',
      panels: [
        {
          title: 'Cost an hour, by model',
          description: 'At the pace of the last minutes.',
          kind: 'timeseries',
          unit: 'currencyUSD',
          queries: [{ expr: `3600 * ${rate('colloquy_model_cost_usd_total', ['model'])}`, legend: '{{model}}' }],
        },
        {
          title: 'Cost an hour, by purpose',
          description: 'Answers, and what is spent beside them: choosing who speaks, titles, summaries, guardrails.',
          kind: 'timeseries',
          unit: 'currencyUSD',
          queries: [{ expr: `3600 * ${rate('colloquy_model_cost_usd_total', ['purpose'])}`, legend: '{{purpose}}' }],
        },
        {
          title: 'Cost of a run',
          description:
            'All cost by the runs of chats that start in the same time: true over spans that are longer than runs.',
          kind: 'timeseries',
          unit: 'currencyUSD',
          queries: [
            {
              expr: `${rate('colloquy_model_cost_usd_total')} / ${rate('colloquy_runs_started_total{level="chat"}')}`,
              legend: 'a run',
            },
          ],
        },
        {
          title: 'Tokens',
          description: 'A second; prompt without what the provider had cached.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: rate('colloquy_model_tokens_total', ['model', 'kind']), legend: '{{model}}: {{kind}}' }],
        },
        {
          title: 'Tokens by purpose',
          description: 'A second, all kinds.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: rate('colloquy_model_tokens_total', ['purpose']), legend: '{{purpose}}' }],
        },
        {
          title: 'Calls without a price',
          description: 'A second. They cost something that nobody sees: add the model to prices.yaml.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_model_unpriced_calls_total', ['model']), legend: '{{model}}' }],
          thresholds: { warn: 0.001, bad: 1 },
        },
      ],
    },
    {
      title: 'Speed',
      panels: [
        {
          title: 'First token',
          description: 'From the sending of a call to its first piece, 95 %.',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'colloquy_model_first_token_seconds', ['model']), legend: '{{model}}' }],
          thresholds: { warn: 2, bad: 10 },
        },
        {
          title: 'Whole call',
          description: 'To the end of the answer, 95 %, by model and purpose.',
          kind: 'timeseries',
          unit: 's',
          queries: [
            {
              expr: quantile(0.95, 'colloquy_model_call_seconds', ['model', 'purpose']),
              legend: '{{model}}: {{purpose}}',
            },
          ],
        },
        {
          title: 'Calls going on',
          description: 'Model calls in progress, all orchestrators together.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum(colloquy_model_calls_active)', legend: 'calls' }],
        },
      ],
    },
    {
      title: 'Failures',
      panels: [
        {
          title: 'Failed attempts, by code',
          description: 'A second; those that are tried again too. rate_limited: the provider wants less.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_model_errors_total', ['model', 'code']), legend: '{{model}}: {{code}}' }],
          width: 12,
        },
        {
          title: 'Share of attempts that fail',
          description: 'Of all attempts.',
          kind: 'timeseries',
          unit: 'percentunit',
          queries: [
            {
              expr: `${rate('colloquy_model_errors_total')} / (${rate('colloquy_model_errors_total')} + ${rate('colloquy_model_call_seconds_count')})`,
              legend: 'failed',
            },
          ],
          thresholds: { warn: 0.05, bad: 0.2 },
          width: 12,
        },
      ],
    },
  ],
};
