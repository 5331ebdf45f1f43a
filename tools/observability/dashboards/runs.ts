import { quantile, quantiles, rate, type Dashboard } from '../panel.ts';

/** What orchestrators do. */
export const runs: Dashboard = {
  name: 'runs',
  title: 'runs',
  description: 'What orchestrators do: how much is wanted, how long it takes, how it ends, who loses what to whom.',
  rows: [
    {
      title: 'How much',
      panels: [
        {
          title: 'Wanted, going on, room',
          description:
            'Tickets that are not settled, runs that go on, and the room of all orchestrators (MAX_RUNS). Wanted above room: scale out.',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'max(colloquy_runs_wanted)', legend: 'wanted' },
            { expr: 'sum(colloquy_runs_active)', legend: 'going on' },
            { expr: 'sum(colloquy_runs_limit)', legend: 'room' },
          ],
        },
        {
          title: 'Runs that begin',
          description: 'A second; of chats, and child runs of other runs.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_runs_started_total', ['level']), legend: '{{level}}' }],
        },
        {
          title: 'Runs by orchestrator',
          description: 'Whether the work is shared out. The worker is the name that stands on the log.',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            {
              expr: 'colloquy_runs_active * on (instance) group_left (worker) colloquy_worker_info',
              legend: '{{worker}}',
            },
          ],
        },
        {
          title: 'Why runs end',
          description: 'A second, by code. completed with no_next_speaker or handoff_terminate is how most should end.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            // Known codes are there from the start, at 0.
            { expr: `${rate('colloquy_runs_ended_total', ['end', 'code'])} > 0`, legend: '{{end}}: {{code}}' },
          ],
        },
        {
          title: 'Commands',
          description: 'Recorded a second, by verdict.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_commands_recorded_total', ['verdict']), legend: '{{verdict}}' }],
        },
        {
          title: 'Commands that wait',
          description: 'Not on the log yet. A stop that waits here is a person who waits.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'max(colloquy_commands_waiting)', legend: 'waiting' }],
          thresholds: { warn: 20, bad: 100 },
        },
      ],
    },
    {
      title: 'How long',
      panels: [
        {
          title: 'Wait for an orchestrator',
          description: 'From the newest event of the chat to the start of the run.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_run_wait_seconds'),
          thresholds: { warn: 1, bad: 10 },
        },
        {
          title: 'Added to the first token',
          description: 'From the start of a run to its first model call: what is ours.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_first_token_overhead_seconds'),
          thresholds: { warn: 0.1, bad: 0.5 },
        },
        {
          title: 'Steps',
          description: '95 % of the steps by kind. call_model and run_tools are what others take.',
          kind: 'timeseries',
          unit: 's',
          queries: [{ expr: quantile(0.95, 'colloquy_step_seconds', ['kind']), legend: '{{kind}}' }],
        },
      ],
    },
    {
      title: 'Tools and people',
      panels: [
        {
          title: 'Tool calls',
          description: 'Answered a second: ok, or the code of the error.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_tool_calls_total', ['outcome']), legend: '{{outcome}}' }],
        },
        {
          title: 'Time of tools',
          description: 'How long tools took.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_tool_seconds'),
          thresholds: { warn: 15, bad: 60 },
        },
        {
          title: 'Questions and answers',
          description: 'Questions to people, and how they were answered.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_questions_total', ['kind']), legend: 'asked: {{kind}}' },
            { expr: rate('colloquy_answers_total', ['by']), legend: 'answered: {{by}}' },
          ],
        },
        {
          title: 'Handoffs',
          description: 'From agent to agent, by what decided it.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_handoffs_total', ['by']), legend: '{{by}}' }],
        },
        {
          title: 'Guardrails',
          description: 'Findings, by what was looked at.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_guardrails_tripped_total', ['on']), legend: '{{on}}' }],
        },
        {
          title: 'Messages cut off',
          description: 'Messages that ended before they were complete. crashed: their orchestrator died.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_messages_aborted_total', ['reason']), legend: '{{reason}}' }],
        },
      ],
    },
    {
      title: 'Who has what',
      panels: [
        {
          title: 'Takeovers, fences, releases, dead ends',
          description:
            'Runs claimed from another, lost to another, given back at a drain, given up since they got no further; a second. A deploy makes some; without one, each is a process that died or stood still, or a fault.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [
            { expr: rate('colloquy_takeovers_total'), legend: 'taken over' },
            { expr: rate('colloquy_fences_total'), legend: 'fenced' },
            { expr: rate('colloquy_runs_released_total'), legend: 'released' },
            { expr: rate('colloquy_steps_stuck_total'), legend: 'dead ends' },
          ],
          width: 24,
        },
      ],
    },
  ],
};
