import type { ParkedMessages } from '@colloquy/messaging';
import { OpsError, type OpsCommand, type OpsContext } from './ops-command.ts';
import { withMessaging } from './with-parts.ts';

const withParked = (context: OpsContext, work: (parked: ParkedMessages) => Promise<void>): Promise<void> =>
  withMessaging(context, ({ parked }) => work(parked));

function numberIn({ args }: OpsContext): number {
  const [text = ''] = args;
  if (!/^[1-9]\d*$/.test(text)) throw new OpsError(`"${text}" is no number of parked list.`);
  return Number(text);
}

/** What consumers gave up on. */
export const parkedList: OpsCommand = {
  usage: 'parked list',
  text: 'messages that a consumer gave up on, with the reason',
  async run(context) {
    await withParked(context, async (parked) => {
      let after = 0;
      for (;;) {
        const page = await parked.list({ after });
        for (const one of page) {
          const at = new Date(one.at).toISOString();
          context.print(
            `${one.streamSeq}  ${at}  ${one.consumer}  ${one.subject}#${one.originalStreamSeq}  ${one.reason}`,
          );
        }
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.streamSeq;
      }
      if (after === 0) context.print('Nothing is parked.');
    });
  },
};

/** All of one of them. */
export const parkedShow: OpsCommand = {
  usage: 'parked show <number>',
  text: 'all of one of them: reason, headers, and the message itself',
  async run(context) {
    const streamSeq = numberIn(context);
    await withParked(context, async (parked) => {
      const one = await parked.show(streamSeq);
      const facts = {
        number: streamSeq,
        parked: new Date(one.at).toISOString(),
        consumer: one.consumer,
        chat: one.chatId,
        'came from': `${one.subject}#${one.originalStreamSeq}`,
        reason: one.reason,
        ...one.headers,
      };
      for (const [name, value] of Object.entries(facts)) context.print(`${name}: ${value}`);
      context.print('');
      context.print(readable(one.payload));
    });
  },
};

/** JSON in lines; anything else as it is. */
function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2);
  } catch {
    return payload;
  }
}

/** Back on its queue. */
export const parkedRetry: OpsCommand = {
  usage: 'parked retry <number>',
  text: 'put one of them back on its queue',
  async run(context) {
    const streamSeq = numberIn(context);
    await withParked(context, (parked) => parked.retry(streamSeq));
    context.print(`${streamSeq} is on its queue again.`);
  },
};

/** Forgotten. */
export const parkedDrop: OpsCommand = {
  usage: 'parked drop <number>',
  text: 'forget one of them',
  async run(context) {
    const streamSeq = numberIn(context);
    await withParked(context, (parked) => parked.drop(streamSeq));
    context.print(`${streamSeq} is gone.`);
  },
};
