import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What twenty clients get who go on uploading whatever comes back. */
export function answersToUploads(port: number): Promise<string[]> {
  return Promise.all(Array.from({ length: 20 }, () => answerToUpload(port)));
}

async function answerToUpload(port: number): Promise<string> {
  const request = httpRequest({ port, method: 'POST' });
  request.on('error', () => {});
  const upload = async () => {
    for (let n = 0; n < 200 && !request.destroyed; n++) {
      if (!request.write(Buffer.alloc(100_000))) await Promise.race([once(request, 'drain'), sleep(1_000)]);
    }
  };
  const uploaded = upload().catch(() => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += chunk;
  request.destroy();
  await uploaded;
  return `${response.statusCode} ${text}`;
}
