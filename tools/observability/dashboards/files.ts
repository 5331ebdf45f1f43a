import { quantiles, rate, type Dashboard } from '../panel.ts';

/** Files that people give with messages. */
export const files: Dashboard = {
  name: 'files',
  title: 'files',
  description: 'What comes in, what goes out, what is refused, and whether what nobody has is erased.',
  rows: [
    {
      title: 'In',
      panels: [
        {
          title: 'Uploads',
          description: 'A second, by how they ended: stored, or the code of what they were refused with.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_uploads_total', ['outcome']), legend: '{{outcome}}' }],
        },
        {
          title: 'Time of an upload',
          description: 'Of those that were stored, from their beginning. It is the line of the client that decides.',
          kind: 'timeseries',
          unit: 's',
          queries: quantiles('colloquy_upload_seconds'),
        },
        {
          title: 'On their way in',
          description:
            'For each instance, which takes 256 at once. Many that last are clients that send on purpose slowly.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'max by (instance) (colloquy_uploads_active)', legend: '{{instance}}' }],
          thresholds: { warn: 100, bad: 200 },
        },
      ],
    },
    {
      title: 'Out',
      panels: [
        {
          title: 'Downloads',
          description: 'A second, by how they ended: whole, left by their reader, or the code of what ended them.',
          kind: 'timeseries',
          unit: 'ops',
          queries: [{ expr: rate('colloquy_downloads_total', ['outcome']), legend: '{{outcome}}' }],
        },
        {
          title: 'On their way out',
          description: 'For each instance, which gives 64 at once; others wait for 10 s.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'max by (instance) (colloquy_downloads_active)', legend: '{{instance}}' }],
          thresholds: { warn: 32, bad: 64 },
        },
        {
          title: 'Bytes of files',
          description: 'A second, in and out.',
          kind: 'timeseries',
          unit: 'bytes',
          queries: [
            { expr: rate('colloquy_upload_bytes_total'), legend: 'in' },
            { expr: rate('colloquy_download_bytes_total'), legend: 'out' },
          ],
        },
      ],
    },
    {
      title: 'Erased',
      panels: [
        {
          title: 'Sweeps',
          description: 'In six hours: each instance of persistence sweeps once an hour.',
          kind: 'timeseries',
          unit: 'short',
          queries: [
            { expr: 'sum(increase(colloquy_file_sweeps_total[6h]))', legend: 'ended' },
            { expr: 'sum(increase(colloquy_file_sweeps_failed_total[6h]))', legend: 'broke off' },
          ],
        },
        {
          title: 'Swept',
          description: 'Files that no message has, uploads that broke off, pieces of either; in six hours.',
          kind: 'timeseries',
          unit: 'short',
          queries: [{ expr: 'sum(increase(colloquy_files_swept_total[6h]))', legend: 'erased' }],
        },
      ],
    },
  ],
};
