/** What is said in passing of calls and invitations; undefined where the page shows it anyway. */
import { failureText } from '../strings/failures.ts';
import { words } from '../strings/meeting.ts';
import type { CallNews } from './call/calls.ts';

export interface NewsText {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

export function newsText(news: CallNews): NewsText | undefined {
  switch (news.type) {
    case 'in-a-call':
      return { text: words.news.inACall, tone: 'bad' };
    case 'missed':
      return { text: words.news.missed(news.name), tone: 'plain' };
    case 'invitation-refused': {
      const { title, advice } = failureText(news.failure, news.name);
      return { text: `${title}. ${advice}`, tone: 'bad' };
    }
    case 'invitation':
      if (news.reason === 'answered') return undefined;
      if (news.reason === 'ringing') return { text: words.news.asked(news.name), tone: 'plain' };
      if (news.reason === 'elsewhere') return { text: words.news.askedElsewhere(news.name), tone: 'plain' };
      return { text: words.over[news.reason](news.name), tone: 'plain' };
    case 'ring-over':
      if (news.reason === 'unknown-call' || news.reason === 'expired') return { text: words.news.tooLate(news.name), tone: 'bad' };
      return { text: words.over[news.reason](news.name), tone: 'plain' };
    case 'over':
      // Others have a screen that says it.
      return PASSING.has(news.reason) ? { text: words.over[news.reason](news.name), tone: 'plain' } : undefined;
  }
}

const PASSING: ReadonlySet<string> = new Set(['hung-up', 'answered-elsewhere', 'closed-by-operator']);
