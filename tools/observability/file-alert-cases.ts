import type { AlertCase } from './alert-cases.ts';

/** What makes the alerts about files fire. */
export const fileAlertCases: readonly AlertCase[] = [
  {
    alert: 'ColloquyUploadsFail',
    series: { 'colloquy_uploads_total{outcome="files_unavailable"}': '_x3 1+1x20' },
    at: '15m',
    summary: '10 uploads failed in ten minutes through no fault of the file',
  },
  {
    alert: 'ColloquyUploadsHeld',
    series: { 'colloquy_uploads_active{instance="a:1"}': '250x10' },
    at: '6m',
    labels: { instance: 'a:1' },
    summary: 'a:1 holds 250 uploads, and takes 256 at once',
  },
  {
    alert: 'ColloquyFilesNotSwept',
    series: {
      colloquy_file_sweeps_total: '7x300',
      colloquy_file_sweeps_failed_total: '0x60 1x60 2x60 3x120',
    },
    at: '240m',
    summary: 'No sweep of files has come to its end in four hours',
  },
];
