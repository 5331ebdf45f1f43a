import type { Metrics } from '@colloquy/service';

/** What is measured of files on their way. */
export interface FileMeters {
  /** An upload ended: `stored`, or the code of the problem. */
  readonly upload: (outcome: string, seconds: number) => void;
  readonly bytesIn: (bytes: number) => void;
  /** A download ended: `whole`, `left`, or the code of the problem. */
  readonly download: (outcome: string) => void;
  readonly bytesOut: (bytes: number) => void;
}

/** The files' measures on `/metrics`. */
export function createFileMeters(metrics: Metrics): FileMeters {
  const uploads = metrics.counter({
    name: 'colloquy_uploads_total',
    help: 'Uploads that ended: stored, or the code of what they were refused with',
    labels: ['outcome'],
  });
  const seconds = metrics.histogram({
    name: 'colloquy_upload_seconds',
    help: 'Time from the beginning of an upload until the file is stored',
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300],
  });
  const bytesIn = metrics.counter({ name: 'colloquy_upload_bytes_total', help: 'Bytes of files that came in' });
  const downloads = metrics.counter({
    name: 'colloquy_downloads_total',
    help: 'Downloads that ended: whole, left by their reader, or the code of what they were refused or ended with',
    labels: ['outcome'],
  });
  const bytesOut = metrics.counter({ name: 'colloquy_download_bytes_total', help: 'Bytes of files that went out' });
  return {
    upload: (outcome, took) => {
      uploads.inc({ outcome });
      if (outcome === 'stored') seconds.observe(took);
    },
    bytesIn: (bytes) => bytesIn.inc(bytes),
    download: (outcome) => downloads.inc({ outcome }),
    bytesOut: (bytes) => bytesOut.inc(bytes),
  };
}

/** Says on `/metrics` how many files are on their way. */
export function watchTransfers(
  metrics: Metrics,
  of: { readonly uploads: { readonly active: number }; readonly downloads: { readonly active: number } },
): void {
  metrics.gauge({
    name: 'colloquy_uploads_active',
    help: 'Uploads that come in now',
    collect: (gauge) => gauge.set(of.uploads.active),
  });
  metrics.gauge({
    name: 'colloquy_downloads_active',
    help: 'Downloads that go out now',
    collect: (gauge) => gauge.set(of.downloads.active),
  });
}
