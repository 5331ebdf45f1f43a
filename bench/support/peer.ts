/**
 * The other process of a benchmark: answers requests, and counts what it hears. Started by `startPeer`; it ends when
 * the process that started it does.
 */
import { openBare } from './bench-nats.ts';
import { PEER_SUBJECTS } from './start-peer.ts';

async function main(url: string): Promise<void> {
  const connection = await openBare(url);
  connection.subscribe(PEER_SUBJECTS.echo, { callback: (_error, message) => void message.respond(message.data) });
  let heard = 0;
  connection.subscribe(PEER_SUBJECTS.count, { callback: () => void (heard += 1) });
  connection.subscribe(PEER_SUBJECTS.heard, {
    callback: (_error, message) => {
      message.respond(String(heard));
      heard = 0;
    },
  });
  await connection.flush();
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

if (import.meta.main) await main(process.argv[2] ?? '');
