import { answerTo } from './answer.ts';
import type { Reply, Request } from './workers.ts';

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  void answerTo(data.kind, data.order).then(
    (answer) => self.postMessage({ answer } satisfies Reply),
    (error: unknown) => {
      self.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies Reply);
    },
  );
});
